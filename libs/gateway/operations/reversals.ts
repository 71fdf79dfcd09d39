import { type Money } from '#domain';
import {
  OrderRefused,
  type Partner,
  type PartnerAdapter,
  PartnerRegistry,
  type SubmittedOrder,
} from '#partner-kit';
import { Database, type Queryable, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { Intake, type IntakeRequest, type IntakeResult } from '../intake/intake.js';
import { PartnerSwitchedOff } from '../partners/partner-errors.js';
import { givenBackOf } from './given-back.js';
import { holdOperations } from './hold.js';
import { type Operation } from './operation.js';
import { OperationReader } from './reader.js';

/** Money to be given back, wholly or in part. */
export interface ReversalRequest {
  /** UUIDv7 of the reversal, made by the caller. */
  readonly id: string;
  readonly clientId: string;
  /** May the client give back money that came unasked? */
  readonly seesReceipts: boolean;
  readonly originalId: string;
  readonly idempotencyKey: string;
  readonly digest: string;
  /** Null: all that is left. */
  readonly amount: Money | null;
  readonly reason: string | null;
}

export type ReversalResult =
  | IntakeResult
  | { readonly is: 'notFound' }
  | {
      readonly is: 'refused';
      readonly code: 'not-reversible' | 'amount-exceeds-original' | 'capability-not-supported';
      readonly message: string;
      readonly pointer?: string;
    };

type Refused = Extract<ReversalResult, { is: 'refused' }>;

/** Refunds and reversals: operations of their own that point back, together never more than was paid. */
@Injectable()
export class Reversals {
  constructor(
    private readonly database: Database,
    private readonly intake: Intake,
    private readonly reader: OperationReader,
    private readonly partners: PartnerRegistry,
    private readonly clock: SystemClock,
  ) {}

  /** @throws PartnerSwitchedOff, DatabaseUnavailable */
  async reverse(request: ReversalRequest): Promise<ReversalResult> {
    const taken = await this.intake.findTaken(request);
    if (taken) return taken;
    const seen = await this.reader.find(request.originalId);
    if (!seen || !isVisible(seen, request)) return { is: 'notFound' };
    const partner = this.partners.find(seen.partner);
    if (!partner?.adapter.reversals) {
      return { is: 'refused', code: 'capability-not-supported', message: `${seen.partner} reverses nothing` };
    }
    if (!partner.enabled) throw new PartnerSwitchedOff(seen.partner);
    // Not behind the lock: whoever asks again and again would keep the workers, which pass over what is held, from the payment.
    const refusal = irreversible(partner, seen);
    if (refusal) return refusal;
    const [order] = await this.reader.asSubmitted([seen]);
    if (!order) return { is: 'notFound' };
    return this.database.transaction((queryable) =>
      // A receipt that is only claimed gives nothing back.
      this.store(queryable, request, partner, { ...order, receipt: seen.receipt }),
    );
  }

  private async store(
    queryable: Queryable,
    request: ReversalRequest,
    partner: Partner,
    order: SubmittedOrder,
  ): Promise<ReversalResult> {
    const query = queryable.query.bind(queryable);
    // Until this is written down: of two at once, the second sees the first.
    const original = (await holdOperations(query, [request.originalId])).get(request.originalId);
    if (!original) return { is: 'notFound' };
    // A repeat that came while the first call held it gets the first answer.
    const taken = await this.intake.findTaken(request, query);
    if (taken) return taken;
    const left = original.amount.minus(await givenBackOf(query, original));
    const amount = request.amount ?? left;
    const refusal =
      irreversible(partner, original) ??
      this.refusal(partner, original, amount, left) ??
      checked(partner, request, original, order, amount);
    if (refusal) return refusal;
    return this.intake.submitWithin(query, intakeOf(request, original, amount));
  }

  private refusal(
    { adapter: { reversals } }: Partner,
    original: Operation,
    amount: Money,
    left: Money,
  ): Refused | null {
    if (amount.currency !== left.currency) {
      return { ...notReversible(`The currency is ${left.currency}`), pointer: '/amount/currency' };
    }
    if (!amount.isPositive || amount.isMoreThan(left)) {
      return {
        is: 'refused',
        code: 'amount-exceeds-original',
        message: `At most ${left.toShortDecimal()} ${left.currency} is left to give back`,
        pointer: '/amount/value',
      };
    }
    if (extentOf(reversals, original) === 'whole' && !amount.equals(original.amount)) {
      return { ...notReversible('This partner gives back the whole amount only'), pointer: '/amount/value' };
    }
    const withinMs = reversals?.withinMs;
    const endedAt = original.completedAt ?? original.createdAt;
    if (withinMs !== undefined && this.clock.now().getTime() - endedAt.getTime() > withinMs) {
      return notReversible('The time in which this partner reverses is over');
    }
    return null;
  }
}

const isVisible = (operation: Operation, { clientId, seesReceipts }: ReversalRequest): boolean =>
  operation.clientId === clientId || (operation.clientId === null && seesReceipts);

const notReversible = (message: string): Refused => ({ is: 'refused', code: 'not-reversible', message });

const extentOf = (reversals: PartnerAdapter['reversals'], { kind }: Operation) =>
  kind === 'payment' || kind === 'transfer' || kind === 'receipt' ? reversals?.reversible[kind] : undefined;

/** Why nothing of it can be given back, however much. */
function irreversible({ adapter: { reversals } }: Partner, original: Operation): Refused | null {
  const { kind, state } = original;
  if (!extentOf(reversals, original)) return notReversible(`This partner does not reverse a ${kind}`);
  return state === 'succeeded'
    ? null
    : notReversible(`Only what has succeeded can be reversed; this is ${state}`);
}

/** What this partner alone would refuse. */
function checked(
  { adapter: { reversals } }: Partner,
  request: ReversalRequest,
  original: Operation,
  originalOrder: SubmittedOrder,
  amount: Money,
): Refused | null {
  try {
    reversals?.check?.({ ...intakeOf(request, original, amount), isRepeat: false }, originalOrder);
    return null;
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    return { ...notReversible(error.message), pointer: error.pointer };
  }
}

const intakeOf = (request: ReversalRequest, original: Operation, amount: Money): IntakeRequest => ({
  id: request.id,
  clientId: request.clientId,
  idempotencyKey: request.idempotencyKey,
  digest: request.digest,
  kind: 'reversal',
  partner: original.partner,
  amount,
  payer: original.payee,
  payee: original.payer,
  reference: original.reference,
  description: request.reason,
  metadata: null,
  method: null,
  returnUrls: null,
  reverses: original.id,
});
