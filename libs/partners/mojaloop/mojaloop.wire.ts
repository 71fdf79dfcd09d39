import { decimalText, optionalText, readJson, type Reply, text } from '#partner-kit';
import { z } from 'zod';

/** Nice to have: whatever comes in its place never spoils the rest. */
export const extra = optionalText.catch(null);
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));
const Amount = z.looseObject({ amount: decimalText, currency: text });
const extraAmount = Amount.nullable().catch(null);

/** An object, or the JSON that 18.0.2 writes in its place. */
function embedded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return readJson(value);
  } catch {
    return null;
  }
}

export const readable = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | null =>
  schema.safeParse(embedded(value)).data ?? null;

/** The `body` of an answer of the switch that the scheme adapter keeps with the transfer. */
export const bodyOf = (kept: unknown): unknown => {
  const held = embedded(kept);
  return typeof held === 'object' && held !== null && 'body' in held ? held.body : null;
};
const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** §4.3 The payee's institution names its price. */
const Quote = z.looseObject({
  transferAmount: Amount,
  payeeReceiveAmount: extraAmount,
  payeeFspFee: extraAmount,
  payeeFspCommission: extraAmount,
  expiration: moment,
});
export type MojaloopQuote = z.output<typeof Quote>;

/** The exchange that a provider offers. */
const Conversion = z.looseObject({
  conversionTerms: z.looseObject({ sourceAmount: Amount, targetAmount: Amount, expiration: moment }),
});
export type MojaloopConversion = z.output<typeof Conversion>['conversionTerms'];

const Names = z
  .looseObject({ firstName: extra, middleName: extra, lastName: extra })
  .transform(({ firstName, middleName, lastName }) => joined(firstName, middleName, lastName));
const joined = (...names: readonly (string | null)[]): string | null =>
  names.filter((name) => name !== null && name.trim() !== '').join(' ') || null;

/** As the switch writes a party. */
const Party = z.looseObject({
  partyIdInfo: z.looseObject({ fspId: extra }),
  name: extra,
  personalInfo: z
    .looseObject({ complexName: Names.nullable().catch(null) })
    .nullable()
    .catch(null),
});
/** As the scheme adapter writes one; a list where several institutions know the number. */
const FlatParty = z.looseObject({
  displayName: extra,
  firstName: extra,
  middleName: extra,
  lastName: extra,
  fspId: extra,
});

export interface MojaloopFound {
  readonly name: string | null;
  readonly fspId: string | null;
}

function toFound(value: unknown): MojaloopFound | null {
  const holder = readable(z.looseObject({ party: z.unknown().optional() }), value);
  const party = readable(Party, holder?.party ?? value);
  if (!party) return null;
  return { name: party.name ?? party.personalInfo?.complexName ?? null, fspId: party.partyIdInfo.fspId };
}

export function payeeOf(lookedUp: unknown, to: unknown): MojaloopFound | null {
  const flat = readable(FlatParty, to);
  const found = toFound(bodyOf(lookedUp));
  if (!flat && !found) return null;
  const flatName = flat && (flat.displayName ?? joined(flat.firstName, flat.middleName, flat.lastName));
  return { name: found?.name ?? flatName ?? null, fspId: found?.fspId ?? flat?.fspId ?? null };
}

/** An error of the switch, or of the other institution. */
const ErrorInformation = z.looseObject({ errorCode: text, errorDescription: extra });
export type MojaloopError = z.output<typeof ErrorInformation>;
const LastError = z.looseObject({ mojaloopError: z.unknown().optional() });
const HoldsError = z.looseObject({ errorInformation: ErrorInformation });

export const errorIn = (lastError: unknown): MojaloopError | null => {
  const held = readable(LastError, lastError);
  return (held && readable(HoldsError, held.mojaloopError)?.errorInformation) ?? null;
};

/** §4.3 A transfer as the scheme adapter keeps it: read for what decides, tolerant of all the rest. */
const Transfer = z
  .looseObject({
    transferId: extra,
    currentState: extra,
    abortedReason: extra,
    to: z.unknown().optional(),
    getPartiesResponse: z.unknown().optional(),
    quoteResponse: z.unknown().optional(),
    /** 24.x writes the first, its description the second. */
    fxQuoteResponse: z.unknown().optional(),
    fxQuotesResponse: z.unknown().optional(),
    needFx: z.unknown().optional(),
    fulfil: z.unknown().optional(),
    lastError: z.unknown().optional(),
  })
  .transform((kept) => ({
    isEmpty: kept.transferId === null && kept.currentState === null,
    transferId: kept.transferId,
    currentState: kept.currentState,
    abortedReason: kept.abortedReason,
    payee: payeeOf(kept.getPartiesResponse, kept.to),
    /** Without any, nothing can have been asked of the switch that moves money. */
    hasQuote: isThere(kept.quoteResponse),
    quote: readable(Quote, bodyOf(kept.quoteResponse)),
    needsExchange: kept.needFx === true,
    conversion:
      readable(Conversion, bodyOf(kept.fxQuoteResponse ?? kept.fxQuotesResponse))?.conversionTerms ?? null,
    /** The switch's word for what became of it; null where it has not spoken. */
    transferState:
      readable(z.looseObject({ transferState: text }), bodyOf(kept.fulfil))?.transferState ?? null,
    error: errorIn(kept.lastError),
  }));
export type MojaloopTransfer = z.output<typeof Transfer>;

/** §4.7 */
const Problem = z.looseObject({ message: extra, statusCode: extra, transferState: z.unknown().optional() });

/** An answer about a transfer, good or bad. */
export interface MojaloopAnswer {
  readonly status: number;
  /** A code of the switch where it spoke, else an HTTP status. */
  readonly statusCode: string | null;
  readonly message: string | null;
  /** Null where the answer holds none. */
  readonly transfer: MojaloopTransfer | null;
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** @throws UnreadableAnswer, ZodError where a success cannot be read */
export function readAnswer({ status, text: body }: Reply): MojaloopAnswer {
  if (isSuccess(status)) {
    const transfer = body === '' ? null : Transfer.parse(readJson(body));
    return { status, statusCode: null, message: null, transfer };
  }
  const problem = readable(Problem, body);
  const held = problem?.transferState;
  return {
    status,
    statusCode: problem?.statusCode ?? null,
    message: problem?.message ?? null,
    transfer: typeof held === 'object' && held !== null ? readable(Transfer, held) : null,
  };
}

/** §4.9 */
const Lookup = z.looseObject({ party: z.unknown().optional(), errorInformation: z.unknown().optional() });

/** Somebody, nobody (with the switch's words), or null: no answer to the question. */
export function readLookup({ text: body }: Reply): MojaloopFound | MojaloopError | null {
  const lookup = readable(Lookup, body);
  const held = bodyOf(lookup?.party) ?? lookup;
  const error =
    readable(ErrorInformation, lookup?.errorInformation) ?? readable(HoldsError, held)?.errorInformation;
  return error ?? toFound(bodyOf(lookup?.party) ?? lookup?.party);
}
