import { type Currency, type Money, type Party } from '#domain';
import { type JsonObject } from '../json.js';
import { type CallbackAnswer, type RawCallback, type Verdict } from './callback.js';

/** What a partner wants an answer to. */
interface Asked {
  /**
   * What the adapter wants back with the answer, above all with one that it tells later (`Inbound.tell`): kept with the
   * movement. Of a transfer, the same for the same request: another one under the same id is refused.
   */
  readonly memo?: JsonObject | undefined;
}

/** Who is this customer of ours? Asked before anything is paid. */
export interface InboundLookup extends Asked {
  readonly is: 'lookup';
  readonly party: Party;
}

/** What would it cost to pay this customer of ours? */
export interface InboundQuote extends Asked {
  readonly is: 'quote';
  /** The partner's id of the quote. */
  readonly id: string;
  /** The partner's id of the movement that may follow. */
  readonly transfer: string;
  readonly payee: Party;
  readonly payer: Party | null;
  readonly amount: Money;
  /** What the amount is: what the payer's side sends, or what our customer gets. */
  readonly amountIs: 'sent' | 'received';
  /** Until when the partner wants the offer to hold; null: as long as we like. */
  readonly expiresAt: Date | null;
  /** The payment of ours that it answers: our operation id, or the partner's name of it; null where it names none. */
  readonly answers: string | null;
  /** The partner says that it is in answer to a request of ours, whether it names which one or not. */
  readonly isAnswer: boolean;
}

/** The money is on its way: credit our customer. */
export interface InboundTransfer extends Asked {
  readonly is: 'transfer';
  /** The partner's id of the movement. The same one is credited once. */
  readonly id: string;
  /** The quote that it goes by; null where the partner names none. */
  readonly quote: string | null;
  /** The amount that was asked for in the quote. */
  readonly amount: Money;
  /** What leaves the payer's side and what our customer gets, as the partner has it from us; null where it does not say. */
  readonly sends: Money | null;
  readonly receives: Money | null;
  /** Null where the partner repeats nothing of the quote. */
  readonly payee: Party | null;
  readonly payer: Party | null;
  readonly description: string | null;
  /** The id that the quote gave the movement; absent: the same. */
  readonly quotedAs?: string | undefined;
  /** After this, no answer of ours counts any more; absent: the partner does not say. */
  readonly expiresAt?: Date | undefined;
}

/** What became of a movement that was announced to us? */
export interface InboundQuestion extends Asked {
  readonly is: 'question';
  readonly id: string;
}

/** A request that was understood, and that the adapter itself says no to: told like any other answer. */
export interface InboundRefusal extends Asked {
  readonly is: 'refused';
  readonly asked: 'lookup' | 'quote' | 'transfer';
  /** Of a transfer, the partner's id of the movement; absent: what was asked moves nothing. */
  readonly id?: string | undefined;
  readonly why: InboundRefused;
}

/** News of a movement: kept, acknowledged, and read by `Callbacks.read` afterwards. */
export interface InboundNews {
  readonly is: 'news';
  /** Said in place of our thanks, once the news is kept: it counts all the same. */
  readonly refusal?: InboundRefused | undefined;
}

/** Is anybody there? */
export interface InboundHealth {
  readonly is: 'health';
}

/** What a partner wants of us, now. */
export type InboundRequest =
  | InboundLookup
  | InboundQuote
  | InboundTransfer
  | InboundQuestion
  | InboundRefusal
  | InboundNews
  | InboundHealth;

/** Why we say no. Each has a code of the partner's. */
export const INBOUND_OBJECTIONS = [
  'forged',
  'unacceptable_version',
  'malformed',
  'too_large',
  'missing',
  'unsupported_id_type',
  'unsupported_scenario',
  'not_offered',
  'unknown_request',
  'party_unknown',
  'party_blocked',
  'party_closed',
  'currency_not_held',
  'limit_exceeded',
  'quote_refused',
  'transfer_refused',
  'quote_unknown',
  'quote_expired',
  'differs',
  'transfer_expired',
  'transfer_unknown',
  'not_completed',
  'unavailable',
  'busy',
  'timed_out',
] as const;
export type InboundObjection = (typeof INBOUND_OBJECTIONS)[number];

/** The partner's request cannot be taken up. Thrown by `read`, or answered by the engine. */
export class InboundRefused extends Error {
  override readonly name = 'InboundRefused';
  constructor(
    readonly objection: InboundObjection,
    message: string,
  ) {
    super(message);
  }
}

/** A customer of ours, found. */
export interface InboundParty {
  readonly is: 'party';
  readonly party: Party;
  /** What `read` asked to keep: by which name of the partner's it was looked for. */
  readonly memo?: JsonObject | undefined;
  readonly name: string | null;
  readonly currencies: readonly Currency[];
}

/** The price at which our customer is paid. */
export interface InboundOffer {
  readonly is: 'offer';
  readonly quote: InboundQuote;
  readonly sends: Money;
  readonly receives: Money;
  readonly fee: Money | null;
  readonly commission: Money | null;
  readonly expiresAt: Date;
}

/** Our customer is credited. */
export interface InboundCredit {
  readonly is: 'credited';
  readonly transfer: string;
  /** Ours. */
  readonly operation: string;
  readonly at: Date;
}

/** How a movement stands with us. */
export interface InboundStanding {
  readonly is: 'standing';
  readonly transfer: string;
  readonly operation: string;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly payee: Party | null;
  /** `credited`: unless the partner takes it back; `final`: nobody does any more. */
  readonly stands: 'under_way' | 'credited' | 'final' | 'refused';
  readonly at: Date;
}

export type InboundReply =
  | InboundParty
  | InboundOffer
  | InboundCredit
  | InboundStanding
  /** Taken up: the answer is told later. */
  | { readonly is: 'accepted' }
  /** News, kept. */
  | { readonly is: 'taken' }
  /** How a transfer stands cannot be found out just now: whatever were said might be taken for its end. */
  | { readonly is: 'nothing' }
  | { readonly is: 'healthy' };

/**
 * What a partner asks of us: who a customer is, what it would cost to pay them, and to credit them. Comes through a door
 * of its own (`api.inbound`). A partner either waits for the answer, or is told it later.
 */
export interface Inbound {
  /**
   * Is it really the partner? Quick and without I/O. Absent: the door proves it, since nobody else can reach it.
   * @throws InboundRefused where it does not even say whose it is
   */
  verify?(request: RawCallback): Verdict;
  /** @throws InboundRefused naming the field: what is to be said at once. No I/O. */
  read(request: RawCallback): InboundRequest;
  /** As the partner wants to read it, in the answer to its own request. */
  answer(reply: InboundReply | InboundRefused): CallbackAnswer;
  /**
   * Brings the answer to a partner that does not wait for it; absent: it waits. Said again, it is the same. What the
   * partner could only misread is kept from it.
   * @param memo what `read` asked to keep
   * @throws NotReached, NoAnswer where the partner has not taken it
   */
  tell?(reply: InboundReply | InboundRefused, memo: JsonObject): Promise<void>;
}
