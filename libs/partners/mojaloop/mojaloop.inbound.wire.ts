import { CURRENCIES, type Currency, Money, MoneyError, type Party, type PartyType } from '#domain';
import {
  InboundRefused,
  type JsonObject,
  optionalText,
  type RawCallback,
  readJson,
  text,
  UnreadableAnswer,
} from '#partner-kit';
import { z } from 'zod';

/** How the scheme names somebody whom we may keep an account of. Source: backend API 2.1.0, `transferParty`. */
const PARTY_TYPES: Readonly<Partial<Record<string, PartyType>>> = {
  MSISDN: 'msisdn',
  IBAN: 'iban',
  ACCOUNT_ID: 'account',
  ACCOUNT_NO: 'account',
  ALIAS: 'alias',
  BUSINESS: 'merchant',
};

/** Money comes to our customer in these; in a withdrawal it is cash that they hand out. Source: FSPIOP, `TransactionScenario`. */
const SCENARIOS: readonly string[] = ['TRANSFER', 'DEPOSIT', 'PAYMENT', 'REFUND'];

const LONGEST_MESSAGE = 100;
const IN_MESSAGES = 60;
/** What a path can carry, and a back end finds. */
const ACCOUNT = /^(?!\.{1,2}$)[^/?]{1,64}$/;
const MSISDN = /^\+?\d{6,15}$/;

const id = text.min(1).max(128);
const extra = optionalText.catch(null);

const TransferParty = z.looseObject({
  ...{ idType: text.min(1), idValue: text.min(1).max(128), idSubValue: extra },
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

/** @throws InboundRefused naming the first field that is wrong */
function parse<Schema extends z.ZodType>(schema: Schema, body: JsonObject): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new InboundRefused('malformed', 'it cannot be read');
  const isMissing = issue.path.reduce<unknown>(memberOf, body) === undefined;
  const what = `${issue.path.map(String).join('.')}: ${isMissing ? 'is missing' : issue.message}`;
  throw new InboundRefused(isMissing ? 'missing' : 'malformed', what.slice(0, LONGEST_MESSAGE));
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** @throws InboundRefused */
function bodyOf({ body }: RawCallback): JsonObject {
  try {
    return readJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new InboundRefused('malformed', error.message);
    throw error;
  }
}

export const readQuoteRequest = (raw: RawCallback): QuoteRequest => parse(QuoteRequest, bodyOf(raw));
export const readTransferRequest = (raw: RawCallback): TransferRequest => parse(TransferRequest, bodyOf(raw));

/** What the switch has decided; null where it says nothing that decides. @throws InboundRefused */
export function readFinalState(raw: RawCallback): string | null {
  const { finalNotification } = parse(Notification, bodyOf(raw));
  return FinalNotification.safeParse(finalNotification).data?.transferState ?? null;
}

/** What became of a request to pay. @throws InboundRefused */
export function readRequestState(raw: RawCallback): { readonly state: string; readonly home: string | null } {
  const { transactionRequestState: state, homeR2PTransactionId } = parse(RequestNews, bodyOf(raw));
  return { state, home: ours(homeR2PTransactionId) };
}

/** @throws InboundRefused */
export function checkScenario({ transactionType }: QuoteRequest): void {
  if (SCENARIOS.includes(transactionType)) return;
  throw new InboundRefused(
    'unsupported_scenario',
    `transactionType: ${transactionType.slice(0, IN_MESSAGES)}`,
  );
}

/** @throws InboundRefused */
export function toMoney({ amount, currency }: { amount: string; currency: string }): Money {
  if (!isCurrency(currency))
    throw new InboundRefused('currency_not_held', `currency: ${currency.slice(0, IN_MESSAGES)}`);
  try {
    const money = Money.parse(amount, currency);
    if (money.isPositive) return money;
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
  }
  throw new InboundRefused('malformed', `amount: is no amount of ${currency}`);
}

const isCurrency = (code: string): code is Currency => Object.hasOwn(CURRENCIES, code);

/** What the quote named, where it comes back. @throws InboundRefused */
export const toQuoted = (
  amount: string | null | undefined,
  currency: string | null | undefined,
): Money | null => (amount == null || currency == null ? null : toMoney({ amount, currency }));

/** A customer of ours as we name them. @throws InboundRefused */
export function toCustomer(
  { idType, idValue, idSubValue = null }: { idType: string; idValue: string; idSubValue?: string | null },
  field: string,
): Party {
  const type = PARTY_TYPES[idType];
  if (type === undefined)
    throw new InboundRefused(
      'unsupported_id_type',
      `${field}: ${idType.slice(0, IN_MESSAGES)} is not looked up`,
    );
  if (idSubValue !== null)
    throw new InboundRefused('party_unknown', `${field}: accounts have no sub-identifiers here`);
  if (!ACCOUNT.test(idValue)) throw new InboundRefused('malformed', `${field}: is no name of an account`);
  if (type !== 'msisdn') return { type, value: idValue };
  if (!MSISDN.test(idValue)) throw new InboundRefused('malformed', `${field}: is no telephone number`);
  return { type, value: `+${idValue.replace(/^\+/, '')}` };
}

/** Somebody at another institution: whoever we have no word for is an alias. */
export function toStranger(party: z.output<typeof TransferParty>): Party {
  const { idType, idValue, displayName, firstName, middleName, lastName } = party;
  const name = displayName ?? [firstName, middleName, lastName].filter((one) => one !== null).join(' ');
  const named = name === '' ? {} : { name };
  const type = PARTY_TYPES[idType] ?? 'alias';
  if (type !== 'msisdn') return { type, value: idValue, ...named };
  return MSISDN.test(idValue)
    ? { type, value: `+${idValue.replace(/^\+/, '')}`, ...named }
    : { type: 'alias', value: idValue, ...named };
}
