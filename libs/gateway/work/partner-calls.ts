import { type ConfirmationStep, isTerminal } from '#domain';
import {
  type Confirmable,
  type Order,
  type EnquiryOutcome,
  type Outcome,
  type Partner,
  type SubmittedOrder,
} from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { Messages } from '../messages/messages.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader, submittedOrder } from '../operations/reader.js';

/** Also of a repeat: it is sent again only once it is believed that the keeper never received it. */
const NOT_OWED: Outcome = {
  is: 'declined',
  reason: 'payer_cancelled',
  partner: { code: 'receipt-ended', message: 'the money that it would pass on does not come' },
  moneyMoved: 'no',
};

/** Also of a repeat, as above. */
const GIVEN_BACK: Outcome = {
  is: 'declined',
  reason: 'duplicate',
  partner: { code: 'given-back', message: 'another reversal, taken for refused, has given it back' },
  moneyMoved: 'no',
};

/** This process, or the database, stood still for a while. Others may have given the operation up meanwhile. */
const TOO_LATE: Outcome = {
  is: 'notSent',
  cause: new Error('too much of the lease, or the offer, was over before it could be sent'),
};

const NOT_SENT: Outcome = {
  is: 'notSent',
  cause: new Error('the partner cannot do this any more: its configuration has changed'),
};

type Call = () => Outcome | Promise<Outcome>;

/** One try to hand an operation over. */
export interface Try {
  /** An earlier one may have reached the partner. What was received again after "not sent" is none. */
  readonly isRepeat: boolean;
  /** On the clock of `performance.now()`: what is not begun by then could be another worker's by its end. */
  readonly sendBy: number;
}

/** Asks the capability that an operation's kind stands for. */
@Injectable()
export class PartnerCalls {
  constructor(
    private readonly reader: OperationReader,
    private readonly messages: Messages,
  ) {}

  async submit(partner: Partner, operation: Operation, { isRepeat, sendBy }: Try): Promise<Outcome> {
    const call = await this.orderCall(partner, operation, isRepeat);
    return this.messages.during(partner, operation.id, inTime(call, sendBy));
  }

  /** The yes to a question of the partner's. */
  async confirm(
    partner: Partner,
    operation: Operation,
    step: ConfirmationStep,
    { sendBy }: Pick<Try, 'sendBy'>,
  ): Promise<Outcome> {
    const able = confirmable(partner, operation);
    const [order] = await this.reader.asSubmitted([operation]);
    const confirm = able?.confirm?.bind(able);
    if (!order || !confirm) return NOT_SENT;
    return this.messages.during(
      partner,
      operation.id,
      inTime(() => confirm(order, step), sendBy),
    );
  }

  /** `unknown` where the partner has no way to be asked. */
  enquire(partner: Partner, operation: Operation): Promise<EnquiryOutcome> {
    return this.messages.during(partner, operation.id, () => this.ask(partner, operation));
  }

  /** The client wants it back before it is carried out; null where the partner cannot do that. */
  async cancel(partner: Partner, operation: Operation): Promise<EnquiryOutcome | null> {
    const collections = operation.kind === 'payment' ? partner.adapter.collections : undefined;
    const cancel = collections?.cancel?.bind(collections);
    const [order] = await this.reader.asSubmitted([operation]);
    return order && cancel ? this.messages.during(partner, operation.id, () => cancel(order)) : null;
  }

  /** May the same order be sent again after "not found"? Never where the partner asks: its answer has been given. */
  resubmissionIsSafe(partner: Partner, operation: Operation): boolean {
    if (confirmable(partner, operation)?.confirm) return false;
    const { adapter } = partner;
    const order = submittedOrder(operation, []);
    switch (operation.kind) {
      case 'payment':
        return adapter.collections?.resubmissionIsSafe(order) ?? false;
      case 'transfer':
        return adapter.disbursements?.resubmissionIsSafe(order) ?? false;
      case 'reversal':
        return adapter.reversals?.resubmissionIsSafe(order) ?? false;
      case 'receipt':
      case 'bill_payment':
        return false;
    }
  }

  /** What hands the order over, once all that has to be looked up for it is known. */
  private async orderCall({ adapter }: Partner, operation: Operation, isRepeat: boolean): Promise<Call> {
    const order: Order = { ...submittedOrder(operation, []), isRepeat };
    const { collections, disbursements, reversals } = adapter;
    switch (operation.kind) {
      case 'payment':
        return () => collections?.collect(order) ?? NOT_SENT;
      case 'transfer': {
        const isNotOwed = await this.isNotOwed(operation);
        return () => (isNotOwed ? NOT_OWED : (disbursements?.disburse(order) ?? NOT_SENT));
      }
      case 'reversal': {
        const original = await this.originalOf(operation);
        const isTooMuch = await this.reader.isTooMuch(operation);
        return () =>
          isTooMuch ? GIVEN_BACK : ((original && reversals?.reverse(order, original)) ?? NOT_SENT);
      }
      case 'receipt':
      case 'bill_payment':
        return () => NOT_SENT;
    }
  }

  private async ask({ adapter }: Partner, operation: Operation): Promise<EnquiryOutcome> {
    const [order] = await this.reader.asSubmitted([operation]);
    if (!order) return cannotAsk();
    switch (operation.kind) {
      case 'payment':
        return (await adapter.collections?.enquire?.(order)) ?? cannotAsk();
      case 'transfer':
        return (await adapter.disbursements?.enquire?.(order)) ?? cannotAsk();
      case 'receipt':
        return (await adapter.receipts?.enquire(order)) ?? cannotAsk();
      case 'reversal': {
        const original = await this.originalOf(operation);
        return (original && (await adapter.reversals?.enquire?.(order, original))) ?? cannotAsk();
      }
      case 'bill_payment':
        return cannotAsk();
    }
  }

  /** Has the money ended that it would pass on? */
  private async isNotOwed({ passesOn }: Operation): Promise<boolean> {
    const receipt = passesOn === null ? null : await this.reader.find(passesOn);
    return receipt !== null && receipt.state !== 'succeeded' && isTerminal(receipt.state);
  }

  /** With the receipt that is proven, or none: under a false one, somebody else's money would be given back. */
  private async originalOf({ reverses }: Operation): Promise<SubmittedOrder | null> {
    const original = reverses === null ? null : await this.reader.find(reverses);
    if (!original) return null;
    const [order] = await this.reader.asSubmitted([original]);
    return order ? { ...order, receipt: original.receipt } : null;
  }
}

/** What of the partner asks before it carries out an operation of that kind. */
export const confirmable = (
  { adapter }: Partner,
  { kind }: Pick<Operation, 'kind'>,
): Confirmable | undefined =>
  kind === 'payment' ? adapter.collections : kind === 'transfer' ? adapter.disbursements : undefined;

/** Can good news of a callback be confirmed by an enquiry? */
export function canEnquire({ adapter }: Partner, { kind }: Pick<Operation, 'kind'>): boolean {
  switch (kind) {
    case 'payment':
      return adapter.collections?.enquire !== undefined;
    case 'transfer':
      return adapter.disbursements?.enquire !== undefined;
    case 'reversal':
      return adapter.reversals?.enquire !== undefined;
    case 'receipt':
      return adapter.receipts !== undefined;
    case 'bill_payment':
      return false;
  }
}

/** Right before it leaves: what was looked up for it may have taken its time. */
const inTime = (call: Call, sendBy: number) => async (): Promise<Outcome> =>
  performance.now() > sendBy ? TOO_LATE : call();

const cannotAsk = (): EnquiryOutcome => ({
  is: 'unknown',
  cause: new Error('the partner cannot be asked about this'),
});
