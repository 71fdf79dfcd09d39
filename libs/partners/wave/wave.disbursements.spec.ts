import { describe, expect, it } from '@jest/globals';
import { NoAnswer } from '#partner-kit';
import {
  fixture,
  has,
  reply,
  ScriptedHttp,
  submitted,
  TRANSFER_ID,
  transfer,
  waveOver,
  xof,
} from './fixtures/stage.js';

const list = (...bodies: string[]) => reply(200, `{"result":[${bodies.join(',')}]}`);

describe('paying out', () => {
  const disbursements = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
    const http = new ScriptedHttp(...answers);
    return { http, payouts: has(waveOver(http).disbursements) };
  };
  const payout = fixture('payout-succeeded');
  const payoutId = 'pt-18qq2aa8m1004';

  it.each([
    ['succeeds', reply(200, payout), { is: 'succeeded', reference: payoutId, fee: xof('150') }],
    ['fails in the answer', reply(200, fixture('payout-failed')), { reason: 'party_inactive' }],
    ['is refused', reply(422, { error_code: 'insufficient-funds' }), { reason: 'insufficient_funds' }],
    [
      'is of another amount',
      reply(200, fixture('payout-succeeded', { receive_amount: '1' })),
      { is: 'unknown' },
    ],
    ['is not answered', new NoAnswer('hung up'), { is: 'unknown' }],
  ])('tells that it %s', async (_what, answer, outcome) => {
    const { payouts } = disbursements(answer);
    expect(await payouts.disburse(transfer())).toMatchObject(outcome);
  });

  it('again ends neither with a refused key nor with another form', async () => {
    const { payouts } = disbursements(reply(401, { code: 'api-key-revoked' }));
    expect(await payouts.disburse(transfer({ isRepeat: true }))).toMatchObject({ is: 'unknown' });
  });

  it('is enquired about by its id, or found by our reference and then read', async () => {
    const { http, payouts } = disbursements(reply(200, payout), list(payout), reply(200, payout), list());
    const { partnerReference, references } = { partnerReference: payoutId, references: [payoutId] };
    expect(await payouts.enquire?.(submitted(transfer(), { partnerReference, references }))).toMatchObject({
      is: 'succeeded',
    });
    expect(await payouts.enquire?.(submitted(transfer()))).toMatchObject({
      is: 'succeeded',
      reference: payoutId,
    });
    expect(await payouts.enquire?.(submitted(transfer()))).toEqual({ is: 'notFound' });
    const searched = `GET /v1/payouts/search?client_reference=${TRANSFER_ID}`;
    expect(http.asked).toEqual([
      `GET /v1/payout/${payoutId}`,
      searched,
      `GET /v1/payout/${payoutId}`,
      searched,
    ]);
  });

  it.each([
    ['the payout is not known any more', reply(404, { code: 'not-found' })],
    ['two payouts carry the reference', list(payout, fixture('payout-succeeded', { id: 'pt-2' }))],
  ])('stays unknown when %s', async (_what, answer) => {
    const { payouts } = disbursements(answer);
    expect(await payouts.enquire?.(submitted(transfer()))).toMatchObject({ is: 'unknown' });
  });
});
