import { type StatementLine, type StatementPage } from '#partner-kit';
import { z } from 'zod';
import { storableText } from '../http/text.js';
import { MoneyDto } from '../operations/money.dto.js';
import { PartyDto, toPartyDto } from '../operations/party.dto.js';

export const StatementQueryDto = z.strictObject({
  day: z.iso
    .date('must be a day such as 2026-11-20')
    .describe('UTC day.')
    .meta({ examples: ['2026-11-20'] }),
  cursor: storableText.min(1).max(512).optional().describe('`next` of the page before. Opaque.'),
});
export type StatementQueryDto = z.infer<typeof StatementQueryDto>;

const StatementLineDto = z
  .strictObject({
    partnerReference: z.string().describe('The partner’s identifier; unique with `type` and `isReversal`.'),
    type: z
      .string()
      .describe('The partner’s own word for the movement.')
      .meta({ examples: ['merchant_payment'] }),
    isReversal: z.boolean().describe('Undoes another line.'),
    at: z.iso.datetime().describe('When it was booked.'),
    amount: MoneyDto.describe('From our side: positive came in. Net of the fee.'),
    fee: MoneyDto.nullable().describe('What the partner kept.'),
    balanceAfter: MoneyDto.nullable().describe('What was on the account afterwards.'),
    counterparty: PartyDto.nullable().describe('Who is on the other side.'),
    reference: z.string().nullable().describe('Our reference, where the line carries it.'),
  })
  .describe('One movement in the partner’s own account of what happened.')
  .meta({ id: 'StatementLine' });

export const StatementDto = z
  .strictObject({
    items: z.array(StatementLineDto).describe('Oldest first.'),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .describe('One page of a partner’s day.')
  .meta({ id: 'Statement' });
export type StatementDto = z.infer<typeof StatementDto>;

const toLineDto = (line: StatementLine, inFull: boolean): StatementDto['items'][number] => ({
  partnerReference: line.partnerReference,
  type: line.type,
  isReversal: line.isReversal,
  at: line.at.toISOString(),
  amount: line.amount.toJSON(),
  fee: line.fee?.toJSON() ?? null,
  balanceAfter: line.balanceAfter?.toJSON() ?? null,
  counterparty: toPartyDto(line.counterparty, inFull),
  reference: line.reference,
});

export const toStatementDto = ({ lines, next }: StatementPage, inFull: boolean): StatementDto => ({
  items: lines.map((line) => toLineDto(line, inFull)),
  next,
});
