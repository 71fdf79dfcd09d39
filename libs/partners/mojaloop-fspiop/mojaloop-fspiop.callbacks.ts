import {
  type Callbacks,
  InboundRefused,
  isUnreadable,
  type Notice,
  type RawCallback,
  readCallbackBody,
  UnreadableCallback,
} from '#partner-kit';
import { TRANSFER_NOT_FOUND } from '../fspiop/errors.js';
import { type Terms } from './mojaloop-fspiop.offers.js';
import { refusalOf } from './mojaloop-fspiop.refusals.js';
import {
  lookupErrorReply,
  partyReply,
  quoteErrorReply,
  quoteReply,
  type Reply,
  requestErrorReply,
  requestReply,
  type Said,
  transferErrorReply,
  transferReply,
} from './mojaloop-fspiop.replies.js';
import { endOfReceipt } from './mojaloop-fspiop.receipts.js';
import { pathOf } from './mojaloop-fspiop.signature.js';
import { verdictOn } from './mojaloop-fspiop.verdict.js';
import {
  Announcement,
  ErrorBody,
  PartyBody,
  QuoteBody,
  RequestBody,
  TransferBody,
} from './mojaloop-fspiop.wire.js';

/** What the switch and the other institutions tell us: the answers to our requests, and how ended what was paid to us. */
export function fspiopCallbacks(terms: Terms): Callbacks {
  return {
    strength: terms.verifySignatures ? 'signature' : 'mutual_tls',
    verify: (callback) => verdictOn(callback, terms, true),
    answer: () => ({ status: 200, contentType: 'application/json', body: '' }),
    refuse: () => refusalOf(new InboundRefused('forged', 'it is not proven whose it is')),
    read: (callback) => read(callback, terms),
  };
}

function read(callback: RawCallback, terms: Terms): readonly Notice[] {
  const segments = pathOf(callback.path).split('/');
  const isError = segments.at(-1) === 'error' && segments.length > 2;
  const [resource, ...ids] = isError ? segments.slice(0, -1) : segments;
  const [id] = ids;
  if (resource === 'transfers' && callback.method === 'POST') return [announcement(callback)];
  if (resource === 'transfers' && callback.method === 'PATCH' && id !== undefined)
    return [
      noticeOf(
        { references: [id] },
        endOfReceipt(id, readCallbackBody(callback, TransferBody), saidBy(callback)),
        terms,
      ),
    ];
  if (callback.method !== 'PUT' || id === undefined)
    throw new UnreadableCallback('it is no answer to a request of ours');
  switch (resource) {
    case 'parties': {
      const reply = isError
        ? lookupErrorReply(readCallbackBody(callback, ErrorBody))
        : partyReply(readCallbackBody(callback, PartyBody), saidBy(callback));
      return [noticeOf({ topic: ['parties', ...ids].join('/') }, reply, terms)];
    }
    case 'quotes': {
      const reply = isError
        ? quoteErrorReply(readCallbackBody(callback, ErrorBody), saidBy(callback))
        : quoteReply(readCallbackBody(callback, QuoteBody), saidBy(callback));
      return [noticeOf({ references: [id] }, reply, terms)];
    }
    case 'transactionRequests': {
      const reply = isError
        ? requestErrorReply(id, readCallbackBody(callback, ErrorBody), saidBy(callback))
        : requestReply(id, readCallbackBody(callback, RequestBody), saidBy(callback));
      return [noticeOf({ references: [id] }, reply, terms)];
    }
    case 'transfers':
      return [isError ? transferError(callback, id, terms) : transferNotice(callback, id, terms)];
    default:
      throw new UnreadableCallback('it is of no resource that we ask about');
  }
}

/** That money is on its way to us says nothing yet of whether it comes; and where we have asked for it, nothing new. */
function announcement(callback: RawCallback): Notice {
  const { transferId } = readCallbackBody(callback, Announcement);
  return {
    is: 'reply',
    about: { references: [transferId] },
    outcomeFor: ({ kind }) => (kind === 'payment' ? null : { is: 'pending' }),
  };
}

const transferNotice = (callback: RawCallback, id: string, terms: Terms): Notice =>
  noticeOf(
    { references: [id] },
    transferReply(id, readCallbackBody(callback, TransferBody), saidBy(callback)),
    terms,
  );

/** That a transfer is not found is only ever said to whoever asked about it. */
function transferError(callback: RawCallback, id: string, terms: Terms): Notice {
  const body = readCallbackBody(callback, ErrorBody);
  const notice = noticeOf({ references: [id] }, transferErrorReply(id, body, saidBy(callback)), terms);
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
