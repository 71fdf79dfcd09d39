import { PARTY_TYPES } from '#domain';
import { z } from 'zod';
import { storableText } from '../http/text.js';
import { amountFields } from '../operations/search.dto.js';

export const PartyQueryDto = z.strictObject({
  partner: storableText
    .min(1)
    .max(40)
    .describe('Id of the partner to ask.')
    .meta({ examples: ['wave-sn'] }),
  type: z.enum(PARTY_TYPES).default('msisdn').describe('How the party is named.'),
  value: storableText
    .min(1)
    .max(64)
    .describe(
      'A telephone number in international form or in the national form of the partner’s country; anything else as the partner writes it. A leading `+` is written `%2B`.',
    )
    .meta({ examples: ['221771234567'] }),
  account: storableText
    .min(1)
    .max(64)
    .optional()
    .describe('The account at the party, where the partner has that.'),
  name: storableText
    .min(1)
    .max(140)
    .optional()
    .describe('The name to compare.')
    .meta({ examples: ['Awa Ndiaye'] }),
  ...amountFields,
});
export type PartyQueryDto = z.infer<typeof PartyQueryDto>;

export const PartyAnswerDto = z
  .strictObject({
    partner: z.string().describe('Id of the partner.'),
    type: z.enum(PARTY_TYPES).describe('How the party is named.'),
    value: z.string().describe('The party in its one written form.'),
    exists: z.boolean().nullable().describe('Does the partner know it? Null: it does not tell.'),
    name: z.string().nullable().describe('Name of the holder. Null: it does not tell.'),
    nameMatches: z
      .boolean()
      .nullable()
      .describe('Is it the name that was asked for? Null: it does not tell.'),
    withinLimits: z
      .boolean()
      .nullable()
      .describe('May it take the amount that was asked for? Null: it does not tell.'),
  })
  .describe('What a partner says of a party before it is paid.')
  .meta({ id: 'PartyAnswer' });
export type PartyAnswerDto = z.infer<typeof PartyAnswerDto>;
