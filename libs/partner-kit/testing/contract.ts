import { type ConfirmationStep, type FailureReason, type Money } from '#domain';
import { type AdapterDefinition } from '../port/adapter.js';
import { type PartyQuestion, type QuoteQuestion } from '../port/capabilities.js';
import { type Order } from '../port/order.js';
import { type PartnerUnderTest } from './partner-under-test.js';

/** What one adapter gives to the contract suite. */
export interface PartnerSetUp {
  readonly definition: AdapterDefinition;
  /**
   * What config/partners/<id>.yaml would say of a partner at `baseUrl`, secrets resolved. Pure and synchronous:
   * called with an address where nobody listens, too.
   */
  configure(baseUrl: string): {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly secrets: Readonly<Record<string, string>>;
  };
  /** Starts the partner's simulator; see `startSandboxFor`. */
  start(): Promise<PartnerUnderTest>;
  readonly orders: ContractOrders;
  /** Values that no log line and no error may show, beside the configured secrets. */
  readonly secrets?: readonly string[];
}

/** An order but for what the suite gives it: id, kind, repeat. What is left out is null. */
export type OrderDraft = Pick<Order, 'amount'> & Partial<Omit<Order, 'id' | 'kind' | 'amount' | 'isRepeat'>>;

/** Orders that the simulator is known to answer in a certain way: its magic values. */
export interface ContractOrders {
  /** Needed where the adapter has `collections`. */
  readonly payment?: MovingOrders;
  /** Needed where the adapter has `disbursements`. */
  readonly transfer?: MovingOrders;
  /** Needed where the adapter tells of money that comes unasked: the body of the sandbox's `POST …/receipts`. */
  readonly receipt?: { readonly body: Readonly<Record<string, unknown>>; readonly amount: Money };
  /** Needed where the adapter has `parties`: somebody whom the partner knows. */
  readonly party?: PartyQuestion;
  /** Needed where the adapter has `quotes`. */
  readonly quote?: QuotedOrders;
}

/** A question for a price but for its id. */
export type QuoteDraft = Omit<QuoteQuestion, 'id'>;

export interface QuotedOrders {
  /** Each has a price; some with a fee or a commission, where the partner has any. */
  readonly offered: readonly QuoteDraft[];
  /** Each has none, for that reason. */
  readonly declined: readonly { readonly question: QuoteDraft; readonly reason: FailureReason }[];
}

export interface MovingOrders {
  /** Ends succeeded by itself. */
  readonly paid: OrderDraft;
  /** Each ends declined for that reason. */
  readonly declined: readonly DeclinedDraft[];
  /** Stays open for longer than a test lasts (the payer does not answer). */
  readonly open?: OrderDraft;
  /** What the partner asks about `paid` before it moves money, in this order; needed where the capability has `confirm`. */
  readonly questions?: readonly ConfirmationStep[];
  /** What `check` refuses, and where it points to; needed where the adapter has `check`. */
  readonly refused?: readonly { readonly order: OrderDraft; readonly pointer: string }[];
}

export interface DeclinedDraft {
  readonly order: OrderDraft;
  readonly reason: FailureReason;
  /** The partner's clock is moved on by so much before the end is looked for. */
  readonly afterMs?: number;
}
