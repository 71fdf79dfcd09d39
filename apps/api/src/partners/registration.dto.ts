import { z } from 'zod';

export const RegistrationDto = z
  .strictObject({
    registered: z.boolean().describe('The partner has taken our addresses.'),
    message: z
      .string()
      .describe('What it said.')
      .meta({ examples: ['Success'] }),
  })
  .describe('Whether a partner knows where to reach us.')
  .meta({ id: 'Registration' });
export type RegistrationDto = z.infer<typeof RegistrationDto>;
