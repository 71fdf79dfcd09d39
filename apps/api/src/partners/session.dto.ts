import { type FoundSession, type SessionFilters } from '#gateway';
import { z } from 'zod';
import { timeField, toTime } from '../http/page.dto.js';
import { storableText } from '../http/text.js';
import { MoneyDto } from '../operations/money.dto.js';
import { OperationIdDto, StateDto } from '../operations/operation.dto.js';
import { PartyDto, toPartyDto } from '../operations/party.dto.js';
import { amountFields, readAmount } from '../operations/search.dto.js';
import { PartnerWordDto } from '../problems/problem.dto.js';

const text = (most: number, what: string) => storableText.min(1).max(most).optional().describe(what);

export const SessionQueryDto = z.strictObject({
  sessionId: text(128, 'The partner’s identifier of the session.'),
  transactionId: text(128, 'The partner’s identifier of the money’s movement.'),
  reference: text(64, 'Our operation id, or your own reference.'),
  state: StateDto.optional().describe('State of our operation.'),
  payer: text(64, 'Payer of our operation; a telephone number with its country code.').meta({
    examples: ['221771234567'],
  }),
  ...amountFields,
  from: timeField('Our operation was made at this time or later.'),
  to: timeField('Our operation was made before this time.'),
});
export type SessionQueryDto = z.infer<typeof SessionQueryDto>;

const SessionDto = z
  .strictObject({
    id: z
      .string()
      .describe('The partner’s identifier of the session.')
      .meta({ examples: ['cos-18qq25rgr100a'] }),
    operation: OperationIdDto.nullable().describe('Our operation; null where it is none of yours.'),
    reference: z.string().nullable().describe('Our reference, where the session carries it.'),
    transaction: z.string().nullable().describe('The partner’s identifier of the money’s movement.'),
    status: z
      .string()
      .describe('The partner’s own words for its state.')
      .meta({ examples: ['open, processing'] }),
    amount: MoneyDto,
    payer: PartyDto.nullable().describe('Who pays, where the partner tells.'),
    createdAt: z.iso.datetime().describe('When the partner opened it.'),
    completedAt: z.iso.datetime().nullable().describe('When it was paid.'),
    expiresAt: z.iso.datetime().nullable().describe('When the partner closes it.'),
    lastError: PartnerWordDto.nullable().describe('Why the last try to pay failed.'),
  })
  .describe('A collection as the partner itself holds it.')
  .meta({ id: 'Session' });

export const SessionListDto = z
  .strictObject({
    items: z.array(SessionDto).describe('Newest first, read from the partner at this moment.'),
    complete: z
      .boolean()
      .describe('False where there are more, or the partner could not be asked for all of them.'),
  })
  .describe('Sessions at a partner.')
  .meta({ id: 'SessionList' });
export type SessionListDto = z.infer<typeof SessionListDto>;

/** @throws Problem naming the field */
export function toSessionFilters(
  query: SessionQueryDto,
  payer: string | undefined,
  clientId: string,
): SessionFilters {
  const { sessionId, transactionId, reference, state } = query;
  return {
    ...{ clientId, sessionId, transactionId, reference, state, payer },
    amount: readAmount(query),
    from: toTime(query.from),
    to: toTime(query.to),
  };
}

export const toSessionDto = (session: FoundSession, inFull: boolean): SessionListDto['items'][number] => ({
  id: session.id,
  operation: session.operation,
  reference: session.reference,
  transaction: session.transaction,
  status: session.status,
  amount: session.amount.toJSON(),
  payer: toPartyDto(session.payer, inFull),
  createdAt: session.createdAt.toISOString(),
  completedAt: session.completedAt?.toISOString() ?? null,
  expiresAt: session.expiresAt?.toISOString() ?? null,
  lastError: session.lastError,
});
