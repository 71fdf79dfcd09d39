import { describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached } from '#partner-kit';
import {
  fixture,
  has,
  payment,
  PAYMENT_ID,
  reply,
  ScriptedHttp,
  submitted,
  waveOver,
} from './fixtures/stage.js';

const list = (...bodies: string[]) => reply(200, `{"result":[${bodies.join(',')}]}`);
const open = fixture('session-open');
const paid = fixture('session-paid');
const expired = fixture('session-open', { checkout_status: 'expired', payment_status: 'cancelled' });
const id = 'cos-18qq25rgr100a';
const known = { partnerReference: id, references: [id] };
const search = `GET /v1/checkout/sessions/search?client_reference=${PAYMENT_ID}`;
const create = 'POST /v1/checkout/sessions';

const collections = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
  const http = new ScriptedHttp(...answers);
  return { http, payments: has(waveOver(http).collections) };
};

describe('collecting', () => {
  it('creates a session', async () => {
    const { http, payments } = collections(reply(200, open));
    expect(await payments.collect(payment())).toMatchObject({ is: 'pending', reference: id });
    expect(http.asked).toEqual([create]);
  });

  it.each([
    ['hangs up', new NoAnswer('hung up'), 'unknown'],
    ['cannot be reached', new NotReached('refused'), 'notSent'],
    ['talks nonsense', reply(200, '<html>'), 'unknown'],
    ['breaks down', reply(500, ''), 'unknown'],
    ['throttles', reply(429, ''), 'notSent'],
  ])('is told apart when Wave %s', async (_what, answer, is) => {
    const { payments } = collections(answer);
    expect(await payments.collect(payment())).toMatchObject({ is });
  });
});

describe('an enquiry after a payment', () => {
  it('reads the session, or searches for it while its id is not known', async () => {
    const { http, payments } = collections(reply(200, paid), list(open), list());
    expect(await payments.enquire?.(submitted(payment(), known))).toMatchObject({ is: 'succeeded' });
    expect(await payments.enquire?.(submitted(payment()))).toMatchObject({ is: 'pending', reference: id });
    expect(await payments.enquire?.(submitted(payment()))).toEqual({ is: 'notFound' });
    expect(http.asked).toEqual([`GET /v1/checkout/sessions/${id}`, search, search]);
  });

  it.each([
    ['the session is of another amount', list(fixture('session-paid', { amount: '9' }))],
    ['two sessions were paid', list(paid, fixture('session-paid', { id: 'cos-2' }))],
    ['the search is unreadable', reply(200, '<html>')],
  ])('tells nothing where its id is not known and %s', async (_what, answer) => {
    const { http, payments } = collections(answer);
    expect(await payments.enquire?.(submitted(payment()))).toMatchObject({ is: 'unknown' });
    expect(http.asked).toEqual([search]);
  });

  it.each([
    [
      'a session that was given an id is not known any more',
      reply(404, { code: 'checkout-session-not-found' }),
    ],
    ['the key is refused', reply(401, { code: 'api-key-revoked' })],
    ['the amount is another', reply(200, fixture('session-paid', { amount: '1' }))],
    ['the answer is nonsense', reply(200, '<html>')],
    ['no answer comes', new NoAnswer('hung up')],
  ])('tells nothing when %s', async (_what, answer) => {
    const { payments } = collections(answer);
    expect(await payments.enquire?.(submitted(payment(), known))).toMatchObject({ is: 'unknown' });
  });
});

describe('withdrawing a payment', () => {
  const cancelled = { is: 'declined', reason: 'payer_cancelled', moneyMoved: 'no' };
  const closed = reply(409, { code: 'checkout-session-not-open' });

  it('expires the session, then reads what became of it', async () => {
    const { http, payments } = collections(reply(200), reply(200, expired));
    expect(await payments.cancel?.(submitted(payment(), known))).toMatchObject(cancelled);
    expect(http.asked).toEqual([
      `POST /v1/checkout/sessions/${id}/expire`,
      `GET /v1/checkout/sessions/${id}`,
    ]);
    expect(http.requests[0]).not.toHaveProperty('body');
  });

  it('finds the session first while its id is not known', async () => {
    const { http, payments } = collections(list(open), reply(200), reply(200, expired));
    expect(await payments.cancel?.(submitted(payment()))).toMatchObject(cancelled);
    expect(http.asked[0]).toBe(search);
  });

  it('comes too late for a session that is paid', async () => {
    const { payments } = collections(closed, reply(200, paid));
    expect(await payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'succeeded' });
  });

  it('counts as done when an earlier try did it, and not when the time was over', async () => {
    const early = collections(closed, reply(200, expired));
    expect(await early.payments.cancel?.(submitted(payment(), known))).toMatchObject(cancelled);
    const lapsed = JSON.stringify({
      ...(JSON.parse(expired) as object),
      when_expires: '2026-11-20T09:09:00Z',
    });
    const late = collections(closed, reply(200, lapsed));
    expect(await late.payments.cancel?.(submitted(payment(), known))).toMatchObject({ reason: 'expired' });
  });

  it('tells nothing when the session stays, or Wave does not answer', async () => {
    const stays = collections(reply(200), reply(200, open));
    expect(await stays.payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'pending' });
    const unclear = collections(reply(500, ''));
    expect(await unclear.payments.cancel?.(submitted(payment(), known))).toMatchObject({ is: 'unknown' });
    const nothing = collections(list());
    expect(await nothing.payments.cancel?.(submitted(payment()))).toEqual({ is: 'notFound' });
  });
});
