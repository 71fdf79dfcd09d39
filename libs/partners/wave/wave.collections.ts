import { type Clock } from '#domain';
import {
  type Collections,
  type EnquiryOutcome,
  type Order,
  type Outcome,
  type Reply,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { type WaveClient } from './wave.client.js';
import { isSessionClosed, toNoNews, toRefusal } from './wave.errors.js';
import { expectAmount, tellingSession, toSessionOutcome } from './wave.mapper.js';
import { returnUrlsOf, toSessionBody } from './wave.requests.js';
import { type WaveSettings } from './wave.settings.js';
import { isSuccess, read, WaveSession, WaveSessions } from './wave.wire.js';

/** Debits a payer through a checkout session: a page that the payer opens and accepts in Wave's app. */
export function waveCollections(client: WaveClient, settings: WaveSettings, clock: Clock): Collections {
  async function collect(order: Order): Promise<Outcome> {
    const reply = await client.createSession(toSessionBody(order, settings));
    if (!isSuccess(reply)) return toRefusal(reply, { isRepeat: false });
    return toSessionOutcome(onlySession(reply, order));
  }

  async function enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const reply = await (order.partnerReference === null
      ? client.searchSessions(order.id)
      : client.getSession(order.partnerReference));
    if (!isSuccess(reply)) return toNoNews(reply);
    const session = order.partnerReference === null ? sessionIn(reply, order) : onlySession(reply, order);
    return session ? toSessionOutcome(session) : { is: 'notFound' };
  }

  async function cancel(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const open = order.partnerReference === null ? await enquire(order) : null;
    if (open && open.is !== 'pending') return open;
    const id = order.partnerReference ?? open?.reference;
    if (id === undefined) return { is: 'notFound' };
    const expired = await client.expireSession(id);
    // Closed already, perhaps paid: the session itself says which.
    if (!isSuccess(expired) && !isSessionClosed(expired)) return toNoNews(expired);
    const reply = await client.getSession(id);
    return isSuccess(reply) ? toCancellation(reply, order, isSuccess(expired)) : toNoNews(reply);
  }

  function toCancellation(reply: Reply, order: Order, closedByUs: boolean): EnquiryOutcome {
    const session = onlySession(reply, order);
    const outcome = toSessionOutcome(session);
    if (outcome.is !== 'declined') return outcome;
    const lapsed = session.when_expires !== null && session.when_expires <= clock.now();
    return closedByUs || !lapsed ? { ...outcome, reason: 'payer_cancelled' } : outcome;
  }

  return {
    methods: ['link'],
    // Creating has no idempotency key: what was late and what was sent again would be two sessions, each to be paid.
    resubmissionIsSafe: () => false,
    check: (order) => void returnUrlsOf(order, settings),
    collect: (order) => settle(collect(order), (outcome) => outcome),
    enquire: (order) => settleEnquiry(enquire(order), (outcome) => outcome),
    cancel: (order) => settleEnquiry(cancel(order), (outcome) => outcome),
  };
}

function onlySession(reply: Reply, order: Order): WaveSession {
  const session = read(WaveSession, reply);
  expectAmount(order, session.amount, session.currency);
  return session;
}

function sessionIn(reply: Reply, order: Order): WaveSession | null {
  const session = tellingSession(read(WaveSessions, reply).result, order.id);
  if (session) expectAmount(order, session.amount, session.currency);
  return session;
}
