import { z } from 'zod';

export const LiveDto = z
  .strictObject({ status: z.literal('ok').describe('The process answers.') })
  .describe('The process is alive.')
  .meta({ id: 'Live' });
export type LiveDto = z.infer<typeof LiveDto>;

export const ReadyDto = z
  .strictObject({
    status: z.enum(['ok', 'unavailable']).describe('May requests be sent here?'),
    database: z.enum(['ok', 'away']).describe('Does the database answer?'),
    migrations: z
      .enum(['ok', 'pending', 'unknown'])
      .describe('Is the schema the one that this version needs?'),
    stopping: z.boolean().describe('The process has been told to stop.'),
  })
  .describe('Whether the process can work. Never depends on a partner.')
  .meta({ id: 'Ready' });
export type ReadyDto = z.infer<typeof ReadyDto>;
