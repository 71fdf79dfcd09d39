import { type Money, type Party } from '#domain';
import { type Order, OrderRefused, type SubmittedOrder } from '#partner-kit';
import {
  type CollectionNumbers,
  type DarajaSettings,
  type Limit,
  type PayoutSettings,
} from './daraja.settings.js';
import { toTimestamp } from './eat.js';

/** Longest texts that the products take. Source: portal, field tables, 2025 edition. */
const LENGTHS = { accountReference: 12, description: 13, businessReference: 13, remarks: 100, occasion: 100 };

const MSISDN = /^\+?(254[71]\d{8})$/;
const PLAIN = /^[A-Za-z0-9 ._-]+$/;
const SHORT_CODE = /^\d{5,7}$/;

/** What an initiator product needs beside its own fields: the operator, and where the result goes. */
export interface Initiator {
  readonly name: string;
  readonly credential: string;
}
export interface ResultUrls {
  readonly ResultURL: string;
  readonly QueueTimeOutURL: string;
}

/** Other characters have made prompts fail without a word. */
const plain = (text: string | null, longest: number): string =>
  (text ?? '')
    .replace(/[^A-Za-z0-9 ._-]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, longest)
    .trim();

/** A reference of our own making: the random end of the operation's id. */
export const shortCodeOf = (order: Pick<Order, 'id'>): string =>
  order.id.replaceAll('-', '').slice(-LENGTHS.accountReference).toUpperCase();

/** What the payer reads as the account, and what a confirmation of the payment names. */
export function accountReferenceOf(order: Pick<Order, 'id' | 'reference' | 'method'>): string {
  const own = order.method === 'qr' ? '' : plain(order.reference, LENGTHS.accountReference);
  return own === '' ? shortCodeOf(order) : own;
}

/** "254712000345" */
function msisdnOf(party: Party | null, pointer: string): string {
  const digits = party?.type === 'msisdn' ? MSISDN.exec(party.value)?.[1] : undefined;
  if (digits === undefined)
    throw new OrderRefused('M-Pesa takes Kenyan mobile numbers: +2547… or +2541…', pointer);
  return digits;
}

function shillings(amount: Money, { least, most }: Limit): string {
  const text = amount.toShortDecimal();
  if (amount.currency !== 'KES') throw new OrderRefused('M-Pesa moves KES', '/amount/currency');
  if (!/^\d+$/.test(text)) throw new OrderRefused('M-Pesa moves whole shillings', '/amount/value');
  if (BigInt(text) < BigInt(least) || BigInt(text) > BigInt(most)) {
    throw new OrderRefused(`M-Pesa takes KES ${least} to ${most} here`, '/amount/value');
  }
  return text;
}

/** @param now of one moment: password and timestamp have to agree to the second */
function signature(numbers: CollectionNumbers, passkey: string, now: Date) {
  const Timestamp = toTimestamp(now);
  const Password = Buffer.from(numbers.shortCode + passkey + Timestamp).toString('base64');
  return { BusinessShortCode: numbers.shortCode, Password, Timestamp };
}

interface PushMeans {
  readonly numbers: CollectionNumbers;
  readonly passkey: string;
  readonly limit: Limit;
  readonly now: Date;
  readonly callbackUrl: string;
}

export function toPushBody(order: Order, { numbers, passkey, limit, now, callbackUrl }: PushMeans) {
  const payer = msisdnOf(order.payer, '/payer/value');
  return {
    ...signature(numbers, passkey, now),
    TransactionType: numbers.isTill ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
    Amount: shillings(order.amount, limit),
    PartyA: payer,
    PartyB: numbers.receiver,
    PhoneNumber: payer,
    CallBackURL: callbackUrl,
    AccountReference: accountReferenceOf(order),
    TransactionDesc: plain(order.description, LENGTHS.description) || 'Payment',
  };
}

export const toPromptStateBody = (id: string, numbers: CollectionNumbers, passkey: string, now: Date) => ({
  ...signature(numbers, passkey, now),
  CheckoutRequestID: id,
});

export const toQrBody = (order: Order, numbers: CollectionNumbers, merchantName: string, limit: Limit) => ({
  MerchantName: merchantName,
  RefNo: accountReferenceOf(order),
  Amount: Number(shillings(order.amount, limit)),
  TrxCode: numbers.isTill ? 'BG' : 'PB',
  CPI: numbers.receiver,
  Size: '300',
});

interface PayoutMeans {
  readonly payouts: PayoutSettings;
  readonly limits: DarajaSettings['limits'];
  readonly initiator: Initiator;
  readonly urls: ResultUrls;
}

const remarksOf = (order: Order): string => {
  const text = plain(order.description ?? order.reference, LENGTHS.remarks);
  return text.length < 2 ? `Payout ${shortCodeOf(order)}` : text;
};

const occasionOf = (order: Order) => {
  const text = plain(order.reference, LENGTHS.occasion);
  // Spelt so by the partner.
  return text === '' ? {} : { Occassion: text };
};

export function toCustomerPayoutBody(order: Order, { payouts, limits, initiator, urls }: PayoutMeans) {
  return {
    OriginatorConversationID: order.id,
    InitiatorName: initiator.name,
    SecurityCredential: initiator.credential,
    CommandID: payouts.commandId,
    Amount: shillings(order.amount, limits.customers),
    PartyA: payouts.shortCode,
    PartyB: msisdnOf(order.payee, '/payee/value'),
    Remarks: remarksOf(order),
    ...urls,
    ...occasionOf(order),
  };
}

export function toBusinessPayoutBody(order: Order, { payouts, limits, initiator, urls }: PayoutMeans) {
  const isTill = order.payee?.type === 'till';
  return {
    Initiator: initiator.name,
    SecurityCredential: initiator.credential,
    CommandID: isTill ? 'BusinessBuyGoods' : 'BusinessPayBill',
    SenderIdentifierType: '4',
    // Spelt so by the partner, here and below.
    RecieverIdentifierType: '4',
    Amount: shillings(order.amount, limits.businesses),
    PartyA: payouts.shortCode,
    PartyB: businessOf(order.payee),
    ...businessAccountOf(order.payee),
    Remarks: remarksOf(order),
    ...urls,
    ...occasionOf(order),
  };
}

function businessOf(payee: Party | null): string {
  if (payee && SHORT_CODE.test(payee.value)) return payee.value;
  throw new OrderRefused('a paybill or till has five to seven digits', '/payee/value');
}

/** Never altered: an account number that was cut or cleaned is another one. */
function businessAccountOf(payee: Party | null): { readonly AccountReference?: string } {
  const account = payee?.account;
  if (account === undefined || account === '') {
    if (payee?.type === 'till') return {};
    throw new OrderRefused('a paybill needs the account that the money is meant for', '/payee/account');
  }
  if (account.length > LENGTHS.businessReference || !PLAIN.test(account)) {
    throw new OrderRefused('at most 13 letters, digits, blanks, . _ -', '/payee/account');
  }
  return { AccountReference: account };
}

interface ReversalMeans {
  readonly numbers: CollectionNumbers;
  readonly initiator: Initiator;
  readonly urls: ResultUrls;
}

export function toReversalBody(order: Order, original: SubmittedOrder, means: ReversalMeans) {
  if (original.receipt === null) {
    throw new OrderRefused('its M-Pesa receipt is not known yet: only a receipt can be reversed', '');
  }
  if (!order.amount.equals(original.amount)) {
    throw new OrderRefused('M-Pesa reverses a payment as a whole', '/amount/value');
  }
  const amount = original.amount.toShortDecimal();
  return {
    Initiator: means.initiator.name,
    SecurityCredential: means.initiator.credential,
    CommandID: 'TransactionReversal',
    TransactionID: original.receipt,
    Amount: amount,
    ReceiverParty: means.numbers.shortCode,
    RecieverIdentifierType: '11',
    ...means.urls,
    Remarks: remarksOf(order),
  };
}

/** What a transaction is asked for by: its receipt, or the id of the request that began it. */
export type Trace = { readonly receipt: string } | { readonly conversation: string };

export const toStatusBody = (trace: Trace, shortCode: string, initiator: Initiator, urls: ResultUrls) => ({
  Initiator: initiator.name,
  SecurityCredential: initiator.credential,
  CommandID: 'TransactionStatusQuery',
  ...('receipt' in trace ? { TransactionID: trace.receipt } : { OriginalConversationID: trace.conversation }),
  PartyA: shortCode,
  IdentifierType: '4',
  ...urls,
  Remarks: 'Status',
});

export const toBalanceBody = (shortCode: string, initiator: Initiator, urls: ResultUrls) => ({
  Initiator: initiator.name,
  SecurityCredential: initiator.credential,
  CommandID: 'AccountBalance',
  PartyA: shortCode,
  IdentifierType: '4',
  Remarks: 'Balance',
  ...urls,
});
