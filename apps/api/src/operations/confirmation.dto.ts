import { z } from 'zod';
import { StepDto } from './operation.dto.js';

export const ConfirmationRequestDto = z
  .strictObject({
    step: StepDto.describe(
      'The question that is answered: `nextAction.step` as it was read. Another one than the operation waits with is refused, so that nobody accepts a price unseen.',
    ),
  })
  .describe('The answer yes to a partner’s question.')
  .meta({ id: 'ConfirmationRequest' });

export type ConfirmationRequestDto = z.infer<typeof ConfirmationRequestDto>;

export const confirmationExamples = {
  quote: { summary: 'The price is accepted', value: { step: 'quote' } },
} as const;
