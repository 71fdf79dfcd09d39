import { randomBytes, randomInt } from 'node:crypto';
import { compactDay, compactTime, dayFirstTime } from './eat.js';

const dayLetters = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
const receiptSpace = 36 ** 7;
/** Shares no factor with 36, so the walk visits every receipt once before it repeats one. */
const receiptStep = 28_433_000_011;
const tokenAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

let receiptCursor = randomInt(2 ** 36);

/** Year letter (U is 2026), month letter (A is January), day: 1-9 then A (10) to V (31). */
export function receiptPrefix(at: Date): string {
  const day = compactTime(at);
  const year = String.fromCharCode(65 + ((Number(day.slice(0, 4)) - 2006) % 26));
  const month = String.fromCharCode(64 + Number(day.slice(4, 6)));
  return `${year}${month}${dayLetters.charAt(Number(day.slice(6, 8)))}`;
}

/** Ten upper-case alphanumerics, never the same twice within one process. */
export function newReceipt(at: Date): string {
  receiptCursor = (receiptCursor + receiptStep) % receiptSpace;
  return receiptPrefix(at) + receiptCursor.toString(36).toUpperCase().padStart(7, '0');
}

/** What stands in `TransactionID` where nothing moved. */
export const placeholderReceipt = (at: Date): string => `${receiptPrefix(at)}0000000`;

/** `xxxx-xxxx-xxxx-` + 12 hex + 7 digits: MerchantRequestID, requestId and conversation ids that M-PESA makes. */
export function newRequestId(): string {
  const hex = randomBytes(12).toString('hex');
  const digits = randomInt(1_000_000, 10_000_000);
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}${digits}`;
}

/** `AG_20261012_` + 20 hex. */
export const newConversationId = (at: Date): string =>
  `AG_${compactDay(at)}_2010${randomBytes(8).toString('hex')}`;

/** `ws_CO_` + day-first time + fraction of a second + the nine national digits of the payer. */
export function newCheckoutId(at: Date, msisdn: string, taken: (id: string) => boolean): string {
  const stem = `ws_CO_${dayFirstTime(at)}`;
  for (let fraction = at.getMilliseconds(); ; fraction++) {
    const id = `${stem}${fraction}${msisdn.slice(-9)}`;
    if (!taken(id)) return id;
  }
}

/** 28 opaque characters. */
export function newAccessToken(): string {
  return Array.from(randomBytes(28), (byte) => tokenAlphabet.charAt(byte % tokenAlphabet.length)).join('');
}
