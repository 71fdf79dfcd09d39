import { createHash } from 'node:crypto';
import { type Party } from '#domain';
import {
  type Order,
  optionalText,
  type PaymentMarks,
  type RawCallback,
  readCallbackBody,
  readJson,
  type ReceiptNotice,
  type SubmittedOrder,
  text,
  UnreadableCallback,
} from '#partner-kit';
import { z } from 'zod';
import { accountReferenceOf, shortCodeOf } from './daraja.mapper.js';
import { readAmount } from './daraja.results.js';
import { type CollectionNumbers, type CollectionSettings } from './daraja.settings.js';
import { parseTime } from './eat.js';

const Confirmation = z.object({
  TransactionType: optionalText,
  TransID: text.regex(/^[A-Z0-9]{8,20}$/, 'not a receipt number'),
  TransTime: text,
  TransAmount: text,
  BusinessShortCode: text,
  BillRefNumber: optionalText,
  MSISDN: optionalText,
  FirstName: optionalText,
  MiddleName: optionalText,
  LastName: optionalText,
});
type Confirmation = z.infer<typeof Confirmation>;

/** A payment that a customer made to us. @throws UnreadableCallback */
export function readConfirmation(callback: RawCallback, numbers: CollectionNumbers): ReceiptNotice {
  const told = readCallbackBody(callback, Confirmation);
  if (!numbers.all.includes(told.BusinessShortCode)) {
    throw new UnreadableCallback('BusinessShortCode: not a short code of ours');
  }
  const paidAt = parseTime(told.TransTime);
  return {
    is: 'receipt',
    receipt: told.TransID,
    amount: readAmount(told.TransAmount),
    payer: payerOf(told),
    reference: told.BillRefNumber,
    ...(told.TransactionType === null ? {} : { description: told.TransactionType }),
    paidAt,
    marks: marksIn(told, numbers),
    fit: (order) => {
      const isIt =
        order.kind === 'payment' &&
        (order.receipt === null || order.receipt === told.TransID) &&
        isSameAccount(order, told.BillRefNumber, numbers) &&
        mayBePayer(order, told.MSISDN, numbers);
      if (!isIt) return 'misfit';
      return normal(told.BillRefNumber ?? '') === shortCodeOf(order) ? 'named' : 'alike';
    },
  };
}

/** What was typed or prefilled as the account; a till's confirmations carry none. */
function isSameAccount(
  order: SubmittedOrder,
  billRef: string | null,
  { isTill }: CollectionNumbers,
): boolean {
  if (billRef === null) return isTill;
  return normal(billRef) === normal(accountReferenceOf(order));
}

/** So many last digits of a number every mask leaves. */
const UNMASKED = 3;

/** What a confirmation names of a payment: the account, where it is no till, and how the payer's number ends. */
export const marksOf = (
  order: Pick<Order, 'id' | 'reference' | 'method' | 'payer'>,
  { isTill }: CollectionNumbers,
): PaymentMarks => ({
  account: isTill ? '' : normal(accountReferenceOf(order)),
  payer: order.payer?.type === 'msisdn' ? order.payer.value.slice(-UNMASKED) : '',
});

function marksIn(
  { BillRefNumber, MSISDN }: Confirmation,
  { isTill }: CollectionNumbers,
): ReceiptNotice['marks'] {
  if (BillRefNumber === null && !isTill) return null;
  const ending = /^\+?(?:\d{9,15}|\d*\*+\d{3,})$/.test(compactNumber(MSISDN))
    ? compactNumber(MSISDN).slice(-UNMASKED)
    : null;
  return { account: isTill ? '' : normal(BillRefNumber ?? ''), payer: ending };
}

const compactNumber = (told: string | null): string => told?.replace(/\s/g, '') ?? '';

const normal = (reference: string): string => reference.replace(/[^A-Za-z0-9]/g, '').toUpperCase();

/** Without an account reference only the payer tells, so there the number has to say something. */
function mayBePayer(order: SubmittedOrder, msisdn: string | null, { isTill }: CollectionNumbers): boolean {
  if (order.payer?.type !== 'msisdn') return !isTill;
  return isPayer(order.payer.value.replace('+', ''), msisdn) ?? !isTill;
}

/** Compares with a clear, a masked ("2547 ***** 126") or a hashed number; null where it says nothing. */
export function isPayer(digits: string, told: string | null): boolean | null {
  const compact = told?.replace(/\s/g, '').replace(/^\+/, '') ?? '';
  if (/^[0-9a-f]{64}$/i.test(compact)) {
    return createHash('sha256').update(digits).digest('hex') === compact.toLowerCase();
  }
  if (/^\d{9,15}$/.test(compact)) return compact === digits;
  const masked = /^(\d*)\*+(\d*)$/.exec(compact);
  if (!masked || compact.replace(/\*/g, '') === '') return null;
  const [, head = '', tail = ''] = masked;
  return digits.startsWith(head) && digits.endsWith(tail);
}

/** Mostly masked or hashed, which is no number that could be called or paid. */
function payerOf({ MSISDN: msisdn, FirstName, MiddleName, LastName }: Confirmation): Party | null {
  const compact = msisdn?.replace(/\s/g, '') ?? '';
  const name = [FirstName, MiddleName, LastName].filter((part) => part !== null).join(' ');
  if (compact === '') return null;
  const isClear = /^254\d{9}$/.test(compact);
  return {
    type: isClear ? 'msisdn' : 'alias',
    value: isClear ? `+${compact}` : compact,
    ...(name === '' ? {} : { name }),
  };
}

/** Our answer to "may this customer pay?" */
export interface Decision {
  readonly ResultCode: string;
  readonly ResultDesc: string;
}

/** `ResultCode` of a no: it also chooses the SMS that the customer gets. Source: portal, "C2B", 2025 edition. */
const REJECTIONS = {
  account: { ResultCode: 'C2B00012', ResultDesc: 'Invalid account number' },
  amount: { ResultCode: 'C2B00013', ResultDesc: 'Invalid amount' },
  shortCode: { ResultCode: 'C2B00015', ResultDesc: 'Invalid shortcode' },
  other: { ResultCode: 'C2B00016', ResultDesc: 'Rejected' },
} as const satisfies Record<string, Decision>;

const ACCEPTED: Decision = { ResultCode: '0', ResultDesc: 'Accepted' };

/** The references that we make ourselves are always good. */
const OWN_REFERENCE = /^[0-9A-F]{12}$/;

/** Decides from the settings alone: M-Pesa waits 8 seconds at most. */
export function validator(
  validation: CollectionSettings['validation'],
  numbers: CollectionNumbers,
): (callback: RawCallback) => Decision {
  const pattern =
    validation.reference === undefined ? null : new RegExp(`^(?:${validation.reference})$`, 'u');
  return ({ body }) => {
    const asked = questionIn(body);
    if (!asked) return REJECTIONS.other;
    if (!numbers.all.includes(asked.BusinessShortCode)) return REJECTIONS.shortCode;
    const account = (asked.BillRefNumber ?? '').slice(0, 64);
    if (pattern && !OWN_REFERENCE.test(account) && !pattern.test(account)) return REJECTIONS.account;
    return isWithin(asked.TransAmount, validation) ? ACCEPTED : REJECTIONS.amount;
  };
}

const Question = Confirmation.pick({ BusinessShortCode: true, BillRefNumber: true, TransAmount: true });

function questionIn(body: Buffer): z.infer<typeof Question> | null {
  try {
    return Question.parse(readJson(body.toString('utf8')));
  } catch {
    return null;
  }
}

function isWithin(written: string, { least, most }: CollectionSettings['validation']): boolean {
  try {
    const { minor } = readAmount(written);
    const cents = (shillings: string): bigint => BigInt(shillings) * 100n;
    return (least === undefined || minor >= cents(least)) && (most === undefined || minor <= cents(most));
  } catch {
    return false;
  }
}
