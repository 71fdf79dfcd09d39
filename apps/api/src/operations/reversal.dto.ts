import { z } from 'zod';
import { storableText } from '../http/text.js';
import { AmountDto } from './money.dto.js';

export const ReversalRequestDto = z
  .strictObject({
    amount: AmountDto.optional().describe('How much; all that is left where left out.'),
    reason: storableText
      .min(1)
      .max(140)
      .optional()
      .describe('Why, for people on both sides.')
      .meta({ examples: ['Paid twice'] }),
  })
  .describe('Money to give back.')
  .meta({ id: 'ReversalRequest' });

export type ReversalRequestDto = z.infer<typeof ReversalRequestDto>;

export const reversalExamples = {
  whole: { summary: 'All of it', value: { reason: 'Paid twice' } },
  part: {
    summary: 'A part of it',
    value: { amount: { value: '500', currency: 'XOF' }, reason: 'One item returned' },
  },
} as const;
