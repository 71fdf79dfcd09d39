import { type Money } from '#domain';
import { InboundRefused, type JsonObject, optionalText, type RawCallback, text } from '#partner-kit';
import { z } from 'zod';
import { toMoney } from '../fspiop/amounts.js';
import { bodyOf, parse, textUpTo } from '../fspiop/requests.js';
import { type MojaloopSettings } from './mojaloop.settings.js';

/** Where it is asked. A scheme adapter that serves several institutions (`MULTI_DFSP`) says first whose it is. */
export function segmentsOf(
  { path }: RawCallback,
  { fspId }: Pick<MojaloopSettings['from'], 'fspId'>,
): readonly string[] {
  const segments = path.split('/');
  return segments[0] === fspId ? segments.slice(1) : segments;
}

const id = textUpTo(128);
const extra = optionalText.catch(null);

/** Kept with a lookup: by which name somebody was looked for. */
const AskedName = z.strictObject({ idType: z.string(), idValue: z.string() });

/** @throws ZodError where it is none of ours */
export const readAskedName = (memo: JsonObject): z.output<typeof AskedName> => AskedName.parse(memo);

const TransferParty = z.looseObject({
  ...{ idType: textUpTo(32), idValue: textUpTo(128), idSubValue: extra },
  ...{ displayName: extra, firstName: extra, middleName: extra, lastName: extra },
});

/** §5.3 */
const QuoteRequest = z.looseObject({
  quoteId: id,
  transactionId: id,
  to: TransferParty,
  from: TransferParty,
  amountType: z.enum(['SEND', 'RECEIVE']),
  amount: text.min(1),
  currency: text.min(1),
  transactionType: text.min(1),
  initiator: z.enum(['PAYER', 'PAYEE']),
  initiatorType: z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']),
  expiration: z.iso.datetime({ offset: true }).nullish(),
  /** Of a request to pay. 18.0.2 passes on neither. */
  transactionRequestId: extra,
  homeR2PTransactionId: extra,
});
export type QuoteRequest = z.output<typeof QuoteRequest>;

/** §5.4 Without a quote at the scheme adapter only the first three are there. */
const TransferRequest = z.looseObject({
  transferId: id,
  amount: text.min(1),
  currency: text.min(1),
  to: TransferParty.nullish(),
  from: TransferParty.nullish(),
  quote: z
    .looseObject({
      ...{ quoteId: extra, transferAmount: extra, transferAmountCurrency: extra },
      ...{ payeeReceiveAmount: extra, payeeReceiveAmountCurrency: extra },
    })
    .nullish(),
  note: extra,
});
export type TransferRequest = z.output<typeof TransferRequest>;

/** §5.4 Only what the switch says of it; all the rest may be missing. */
const Notification = z.looseObject({ finalNotification: z.unknown().optional() });
const FinalNotification = z.looseObject({ transferState: extra });

/** What the scheme adapter makes of it: no word on the money. */
const OwnWord = z.looseObject({ currentState: extra });

/** §5.6 */
const RequestNews = z.looseObject({
  transactionRequestState: z.enum(['RECEIVED', 'PENDING', 'ACCEPTED', 'REJECTED']),
  homeR2PTransactionId: extra,
});

/** Ids of ours are UUIDs; somebody else's systems may have asked, too. */
const OUR_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ours = (home: string | null): string | null => (home !== null && OUR_ID.test(home) ? home : null);

/** The payment that a quote is in answer to: by our own id where it came back, else by the scheme adapter's. */
export const askedBy = ({ homeR2PTransactionId, transactionRequestId }: QuoteRequest): string | null =>
  ours(homeR2PTransactionId) ?? transactionRequestId;

export const readQuoteRequest = (raw: RawCallback): QuoteRequest => parse(QuoteRequest, bodyOf(raw));
export const readTransferRequest = (raw: RawCallback): TransferRequest => parse(TransferRequest, bodyOf(raw));

/** What the switch has decided; null where it says nothing that decides. @throws InboundRefused */
export function readFinalState(raw: RawCallback): string | null {
  const { finalNotification } = parse(Notification, bodyOf(raw));
  return FinalNotification.safeParse(finalNotification).data?.transferState ?? null;
}

/** Does the scheme adapter say that something went wrong? What cannot be read says nothing. */
export function saysErrorOccurred(raw: RawCallback): boolean {
  try {
    return parse(OwnWord, bodyOf(raw)).currentState === 'ERROR_OCCURRED';
  } catch (error) {
    if (error instanceof InboundRefused) return false;
    throw error;
  }
}

/** What became of a request to pay. @throws InboundRefused */
export function readRequestState(raw: RawCallback): { readonly state: string; readonly home: string | null } {
  const { transactionRequestState: state, homeR2PTransactionId } = parse(RequestNews, bodyOf(raw));
  return { state, home: ours(homeR2PTransactionId) };
}

/** What the quote named, where it comes back. @throws InboundRefused */
export const toQuoted = (
  amount: string | null | undefined,
  currency: string | null | undefined,
): Money | null => (amount == null || currency == null ? null : toMoney({ amount, currency }));
