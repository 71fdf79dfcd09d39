import { CONFIRMATION_MODES } from '#domain';
import { z } from 'zod';
import { storableText } from '../http/text.js';
import { AmountDto } from './money.dto.js';

const METADATA_KEYS = 20;

/** What a payment and a transfer have in common. */
export const orderFields = {
  partner: storableText
    .min(1)
    .max(40)
    .describe('Which partner is to carry it out; `GET /v1/partners` lists them.')
    .meta({ examples: ['wave-sn'] }),
  amount: AmountDto,
  reference: storableText
    .min(1)
    .max(64)
    .optional()
    .describe('Your own reference: operations can be searched by it.')
    .meta({ examples: ['INV-20418'] }),
  description: storableText
    .min(1)
    .max(140)
    .optional()
    .describe('What the payer or payee gets to read, as far as the partner shows it.')
    .meta({ examples: ['Order 20418'] }),
  metadata: z
    .record(storableText.min(1).max(40), storableText.max(256))
    .refine(
      (metadata) => Object.keys(metadata).length <= METADATA_KEYS,
      `has ${String(METADATA_KEYS)} keys at most`,
    )
    .optional()
    .describe('Your own notes: up to 20 keys, given back as they came and never sent to the partner.')
    .meta({ examples: [{ branch: 'DKR-3' }] }),
  confirmation: z
    .enum(CONFIRMATION_MODES)
    .optional()
    .describe(
      'Who answers a partner that asks before it moves money (is this the party, is this the price?): `automatic`, the gateway accepts; `manual`, the operation stops in `awaiting_confirmation` until it is confirmed. As the partner is configured, if left out.',
    )
    .meta({ examples: ['manual'] }),
  method: storableText
    .min(1)
    .max(40)
    .optional()
    .describe('How the payer is asked, where the partner has several ways; its usual one if left out.')
    .meta({ examples: ['push'] }),
};
