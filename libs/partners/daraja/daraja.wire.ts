import { type PartnerWord } from '#domain';
import { type JsonObject, optionalText, readJson, type Reply, text, UnreadableAnswer } from '#partner-kit';
import { z } from 'zod';

/** What Daraja says to a request, whatever the shape that it says it in. */
export type Answer =
  | { readonly is: 'answered'; readonly body: JsonObject }
  | Refused
  | { readonly is: 'unreadable'; readonly status: number; readonly retryAfterMs: number | undefined };

export interface Refused {
  readonly is: 'refused';
  readonly status: number;
  readonly word: PartnerWord;
  /**
   * How it was said. `token`: our own key and secret were refused, so that the request itself was never made;
   * `responseCode`: an ordinary answer whose code is not zero, so that nothing was begun.
   */
  readonly by: 'error' | 'responseCode' | 'token';
  readonly retryAfterMs: number | undefined;
}

/** Ids that Daraja makes. */
const id = text.min(1).max(200);

/** Its code and description where it refuses in the shape of an ordinary answer. */
const Coded = z.object({ ResponseCode: optionalText, ResponseDescription: optionalText });

export const StkAck = z.object({ MerchantRequestID: id, CheckoutRequestID: id });

/** Acknowledgement of every product that answers by a result later. */
export const InitiatorAck = z.object({ ConversationID: id, OriginatorConversationID: id });

export const PromptState = z.object({ ResultCode: id, ResultDesc: optionalText });

export const QrAnswer = z.object({ QRCode: text.regex(/^iVBORw0KGgo[A-Za-z0-9+/]+=*$/, 'not a PNG') });

/** "0", "00000000", or no code at all and the word alone. */
export const RegisterAnswer = Coded.refine(
  ({ ResponseCode, ResponseDescription }) => ResponseCode !== null || ResponseDescription === 'Success',
);

/** `expires_in` in seconds: a string on the wire, a number in the portal's sample. */
export const TokenAnswer = z.object({
  access_token: text.min(1),
  expires_in: text.regex(/^\d{1,6}$/).transform(Number),
});

/** The shapes of a refusal, most usual first; each gives the partner's word where it fits. */
const REFUSAL_SHAPES: readonly z.ZodType<PartnerWord>[] = [
  z
    .object({ errorCode: id, errorMessage: optionalText })
    .transform(({ errorCode, errorMessage }) => ({ code: errorCode, message: errorMessage ?? '' })),
  z
    .object({ fault: z.object({ faultstring: optionalText, detail: z.object({ errorcode: id }) }) })
    .transform(({ fault }) => ({ code: fault.detail.errorcode, message: fault.faultstring ?? '' })),
  z
    .object({ responseCode: id, responseMessage: text })
    .transform(({ responseCode, responseMessage }) => ({ code: responseCode, message: responseMessage })),
  z
    .object({ Envelope: z.unknown() })
    .transform(({ Envelope }) => ({ code: 'Fault', message: faultIn(Envelope, 4) ?? '' })),
];

const SoapFault = z.object({ faultcode: optionalText, faultstring: optionalText });

/** The fault's text somewhere inside an old SOAP envelope. */
function faultIn(node: unknown, depth: number): string | undefined {
  if (typeof node !== 'object' || node === null || depth === 0) return undefined;
  const { faultcode = null, faultstring = null } = SoapFault.safeParse(node).data ?? {};
  const words = [faultcode, faultstring].filter((word) => word !== null);
  if (words.length > 0) return words.join(': ');
  for (const value of Object.values(node)) {
    const found = faultIn(value, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A picture comes with codes of its own kind ("00", "AG_…"): it is the answer. */
function refusedByCode(body: JsonObject): PartnerWord | undefined {
  const { ResponseCode: code, ResponseDescription: message } = Coded.parse(body);
  if (code === null || /^0+$/.test(code) || 'QRCode' in body) return undefined;
  return { code, message: message ?? '' };
}

function refusalIn(body: JsonObject): Pick<Refused, 'word' | 'by'> | undefined {
  const error = REFUSAL_SHAPES.map((shape) => shape.safeParse(body).data).find((word) => word !== undefined);
  if (error) return { word: error, by: 'error' };
  const code = refusedByCode(body);
  return code && { word: code, by: 'responseCode' };
}

/** Reads a reply in any of its shapes. The body is looked at before the status: errors come with 200, too. */
export function readReply(reply: Reply): Answer {
  const { status } = reply;
  const retryAfterMs = retryAfter(reply);
  let body: JsonObject;
  try {
    body = readJson(reply.text);
  } catch (error) {
    if (error instanceof UnreadableAnswer) return { is: 'unreadable', status, retryAfterMs };
    throw error;
  }
  const refusal = refusalIn(body);
  if (refusal) return { is: 'refused', status, retryAfterMs, ...refusal };
  if (status < 200 || status > 299) return { is: 'unreadable', status, retryAfterMs };
  return { is: 'answered', body };
}

function retryAfter({ headers }: Reply): number | undefined {
  const seconds = headers['retry-after'];
  return seconds !== undefined && /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}
