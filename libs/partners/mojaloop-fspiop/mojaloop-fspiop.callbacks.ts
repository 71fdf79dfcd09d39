import {
  type Callbacks,
  isUnreadable,
  type Notice,
  type RawCallback,
  readCallbackBody,
  UnreadableCallback,
  type Verdict,
} from '#partner-kit';
import { TRANSFER_NOT_FOUND } from '../fspiop/errors.js';
import { type Terms } from './mojaloop-fspiop.offers.js';
import {
  lookupErrorReply,
  partyReply,
  quoteErrorReply,
  quoteReply,
  type Reply,
  type Said,
  transferErrorReply,
  transferReply,
} from './mojaloop-fspiop.replies.js';
import { faultOfSignature, pathOf } from './mojaloop-fspiop.signature.js';
import { ErrorBody, PartyBody, QuoteBody, TransferBody } from './mojaloop-fspiop.wire.js';

/** Older, or newer, than this, a message may have been kept by somebody and sent once more. */
const TOLERANCE_MS = 10 * 60_000;

/** What the switch and the other institutions tell us: the answers to our requests. */
export function fspiopCallbacks(terms: Terms): Callbacks {
  return {
    strength: terms.verifySignatures ? 'signature' : 'mutual_tls',
    verify: (callback) => verdictOn(callback, terms),
    answer: () => ({ status: 200, contentType: 'application/json', body: '' }),
    read: (callback) => read(callback, terms),
  };
}

function verdictOn(callback: RawCallback, { verifySignatures, peers, from, clock }: Terms): Verdict {
  const { method, headers, body } = callback;
  const { 'fspiop-source': source, 'fspiop-destination': destination = null, date = null } = headers;
  if (source === undefined) return { is: 'forged', why: 'no FSPIOP-Source header' };
  if (destination !== null && destination !== '' && destination !== from.fspId)
    return { is: 'forged', why: 'it is for another institution' };
  if (verifySignatures) {
    const uri = `/${callback.path}`;
    const request = { method, uri, source, destination, date };
    const fault =
      faultOfHeaders(callback, uri) ?? faultOfSignature(headers['fspiop-signature'], peers, request, body);
    if (fault !== null) return { is: 'forged', why: fault };
  }
  const ageMs = clock.now().getTime() - new Date(date ?? '').getTime();
  // Without a date there is no number, which is within no tolerance.
  return Math.abs(ageMs) <= TOLERANCE_MS
    ? { is: 'authentic' }
    : { is: 'doubtful', why: 'its date is not of the last ten minutes' };
}

/** The headers that repeat what was asked: where they are given, they tell the truth. */
function faultOfHeaders({ method, headers }: RawCallback, uri: string): string | null {
  const { 'fspiop-uri': saidUri, 'fspiop-http-method': saidMethod } = headers;
  if (saidUri !== undefined && pathOf(saidUri) !== pathOf(uri)) return 'FSPIOP-URI is another path';
  if (saidMethod !== undefined && saidMethod.toUpperCase() !== method.toUpperCase())
    return 'FSPIOP-HTTP-Method is another method';
  return null;
}

function read(callback: RawCallback, terms: Terms): readonly Notice[] {
  const segments = pathOf(callback.path).split('/');
  const isError = segments.at(-1) === 'error' && segments.length > 2;
  const [resource, ...ids] = isError ? segments.slice(0, -1) : segments;
  const [id] = ids;
  if (callback.method !== 'PUT' || id === undefined)
    throw new UnreadableCallback('it is no answer to a request of ours');
  switch (resource) {
    case 'parties': {
      const reply = isError
        ? lookupErrorReply(readCallbackBody(callback, ErrorBody))
        : partyReply(readCallbackBody(callback, PartyBody));
      return [noticeOf({ topic: ['parties', ...ids].join('/') }, reply, terms)];
    }
    case 'quotes': {
      const reply = isError
        ? quoteErrorReply(readCallbackBody(callback, ErrorBody))
        : quoteReply(readCallbackBody(callback, QuoteBody), saidBy(callback));
      return [noticeOf({ references: [id] }, reply, terms)];
    }
    case 'transfers':
      return [isError ? transferError(callback, id, terms) : transferNotice(callback, id, terms)];
    default:
      throw new UnreadableCallback('it is of no resource that we ask about');
  }
}

const transferNotice = (callback: RawCallback, id: string, terms: Terms): Notice =>
  noticeOf({ references: [id] }, transferReply(readCallbackBody(callback, TransferBody)), terms);

/** That a transfer is not found is only ever said to whoever asked about it. */
function transferError(callback: RawCallback, id: string, terms: Terms): Notice {
  const body = readCallbackBody(callback, ErrorBody);
  const notice = noticeOf({ references: [id] }, transferErrorReply(body, saidBy(callback)), terms);
  return body.errorInformation.errorCode === TRANSFER_NOT_FOUND ? { ...notice, answersEnquiry: id } : notice;
}

const noticeOf = (about: { topic?: string; references?: string[] }, reply: Reply, terms: Terms) => ({
  is: 'reply' as const,
  about,
  outcomeFor: (order: Parameters<Reply>[0]) => {
    try {
      return reply(order, terms);
    } catch (error) {
      if (isUnreadable(error)) return { is: 'unknown' as const, cause: error };
      throw error;
    }
  },
});

function saidBy({ headers, receivedAt }: RawCallback): Said {
  const said = new Date(headers['date'] ?? '');
  const at = Number.isNaN(said.getTime()) || said > receivedAt ? receivedAt : said;
  return { source: headers['fspiop-source'] ?? '', at };
}
