import {
  CONFIRMATION_STEPS,
  FAILURE_REASONS,
  type FailureReason,
  OPERATION_KINDS,
  OPERATION_STATES,
} from '#domain';
import { type Operation } from '#gateway';
import { z } from 'zod';
import { PartnerWordDto } from '../problems/problem.dto.js';
import { MoneyDto } from './money.dto.js';
import { PartyDto, toPartyDto } from './party.dto.js';

export const OperationIdDto = z
  .uuid({ version: 'v7', error: 'must be an id of ours (UUIDv7)' })
  .describe('Our id of the operation (UUIDv7).')
  .meta({ examples: ['0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33'] });

export const KindDto = z.enum(OPERATION_KINDS).describe('What the operation is.');
export const StateDto = z.enum(OPERATION_STATES).describe('Where the operation is in its life.');

const time = (text: string) =>
  z.iso
    .datetime()
    .describe(text)
    .meta({ examples: ['2026-11-20T09:00:00.000Z'] });

const REASONS = Object.keys(FAILURE_REASONS) as [FailureReason, ...FailureReason[]];

const FailureDto = z
  .strictObject({
    reason: z.enum(REASONS).describe('Stable reason, the same for every partner.'),
    retryable: z.boolean().describe('May a new operation with the same content go better?'),
    moneyMoved: z.enum(['no', 'yes', 'unknown']).describe('Did money move although it failed?'),
    partner: PartnerWordDto.nullable().describe('The partner’s own code and text; null where it gave none.'),
  })
  .describe('Why an operation failed.')
  .meta({ id: 'Failure' });

export const StepDto = z
  .enum(CONFIRMATION_STEPS)
  .describe('Which question of the partner’s: the party, the exchange, the price.');

const NextActionDto = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('approve_on_phone') }),
    z.strictObject({
      type: z.literal('redirect'),
      url: z.url().describe('Where to send the payer’s browser.'),
    }),
    z.strictObject({
      type: z.literal('scan_qr'),
      image: z.string().describe('The QR code, base64.'),
      mediaType: z
        .string()
        .describe('Media type of the image.')
        .meta({ examples: ['image/png'] }),
    }),
    z.strictObject({
      type: z.literal('enter_otp'),
      hint: z.string().optional().describe('Where the code went.'),
    }),
    z.strictObject({
      type: z.literal('confirm'),
      step: StepDto,
      party: z
        .strictObject({
          name: z
            .string()
            .nullable()
            .describe('Null without the scope `parties:read`, or where the partner does not say.'),
          institution: z.string().nullable().describe('Which institution keeps the account.'),
        })
        .nullable()
        .describe('Who would be paid; null where the partner has not said.'),
      quote: z
        .strictObject({
          sends: MoneyDto.describe('What leaves the payer.'),
          receives: MoneyDto.nullable().describe('What the payee gets.'),
          fee: MoneyDto.nullable().describe('What the payee’s institution keeps.'),
          commission: MoneyDto.nullable().describe('What it gives on top.'),
        })
        .nullable()
        .describe('At which price; null where the question is not about one.'),
    }),
  ])
  .describe('What the caller, or the payer through the caller, has to do next.')
  .meta({ id: 'NextAction' });

export const OperationDto = z
  .strictObject({
    id: OperationIdDto,
    kind: KindDto,
    partner: z
      .string()
      .describe('The partner that carries it out.')
      .meta({ examples: ['wave-sn'] }),
    state: StateDto,
    amount: MoneyDto,
    fee: MoneyDto.nullable().describe('What the partner charged, once it said so.'),
    payer: PartyDto.nullable().describe('Who pays; null where that is us, or not known yet.'),
    payee: PartyDto.nullable().describe('Who is paid; null where that is us.'),
    reference: z
      .string()
      .nullable()
      .describe('The caller’s own reference.')
      .meta({ examples: ['INV-20418'] }),
    description: z.string().nullable().describe('What the payer or payee gets to read.'),
    metadata: z
      .record(z.string(), z.string())
      .nullable()
      .describe('The caller’s own notes, given back as they came.'),
    nextAction: NextActionDto.nullable().describe('What has to be done next; null where nothing has.'),
    partnerReference: z.string().nullable().describe('The partner’s main identifier.'),
    receipt: z.string().nullable().describe('The partner’s receipt number: one per movement of money.'),
    failure: FailureDto.nullable().describe('Why it failed; null where it has not.'),
    reverses: OperationIdDto.nullable().describe('The operation that this one undoes.'),
    passesOn: OperationIdDto.nullable().describe(
      'The receipt or payment whose money this transfer passes on to a customer of the bank.',
    ),
    batch: z.uuid().nullable().describe('The batch that it belongs to.'),
    createdAt: time('When it was taken in (RFC 3339, UTC).'),
    updatedAt: time('When it last changed.'),
    completedAt: time('When it ended.').nullable(),
    expiresAt: time('When the partner gives up by itself.').nullable(),
  })
  .describe(
    'One movement of money, whatever its kind or partner. Every field is there; null says that there is nothing.',
  )
  .meta({ id: 'Operation' });

export type OperationDto = z.infer<typeof OperationDto>;

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

/** What is being answered already is nobody's to do. */
function nextActionOf({ nextAction, state, confirmedStep }: Operation, inFull: boolean) {
  if (nextAction?.type !== 'confirm') return nextAction;
  if (state !== 'awaiting_confirmation' || confirmedStep !== null) return null;
  const { party } = nextAction;
  return inFull || party === null ? nextAction : { ...nextAction, party: { ...party, name: null } };
}

/** `inFull`: the caller may see telephone and account numbers as they are. */
export function toOperationDto(operation: Operation, inFull: boolean): OperationDto {
  return {
    id: operation.id,
    kind: operation.kind,
    partner: operation.partner,
    state: operation.state,
    amount: operation.amount.toJSON(),
    fee: operation.fee?.toJSON() ?? null,
    payer: toPartyDto(operation.payer, inFull),
    payee: toPartyDto(operation.payee, inFull),
    reference: operation.reference,
    description: operation.description,
    metadata: operation.metadata,
    nextAction: nextActionOf(operation, inFull),
    partnerReference: operation.partnerReference,
    receipt: operation.receipt,
    failure: operation.failure,
    reverses: operation.reverses,
    passesOn: operation.passesOn,
    batch: operation.batch,
    createdAt: operation.createdAt.toISOString(),
    updatedAt: operation.updatedAt.toISOString(),
    completedAt: timeOf(operation.completedAt),
    expiresAt: timeOf(operation.expiresAt),
  };
}
