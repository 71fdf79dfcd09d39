import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Clock, newId } from '#domain';
import { type ClosablePartnerHttp, createPartnerHttp, type Order, type PartnerAdapter } from '#partner-kit';
import { MemorySightings, type PartnerUnderTest } from '#partner-kit/testing';
import { payee, payer, secrets, settingsAt, startWave } from './fixtures/sandbox.js';
import { has, payment, reversal, submitted, transfer, xof } from './fixtures/stage.js';
import { wave } from './wave.adapter.js';

const amount = xof('2500');

describe('Wave, in what is peculiar to it', () => {
  const clock: Clock = { now: () => new Date() };
  const wires: ClosablePartnerHttp[] = [];
  let partner: PartnerUnderTest;
  let adapter: PartnerAdapter;

  const configured = (
    changes: { secrets?: Readonly<Record<string, string | undefined>>; settings?: object } = {},
  ): PartnerAdapter => {
    const http = createPartnerHttp({ baseUrl: partner.baseUrl });
    wires.push(http);
    return wave.create({
      id: 'wave-sn',
      settings: wave.settings.parse({ ...settingsAt(partner.baseUrl), ...changes.settings }),
      secrets: wave.secrets.parse({ ...secrets, ...changes.secrets }),
      clock,
      http,
      tokens: { get: (_name, fetch) => fetch().then(({ value }) => value), reject: () => Promise.resolve() },
      sightings: new MemorySightings(clock),
      callbackUrl: (path) => `https://gateway.example/callbacks/key/${path}`,
    });
  };
  const fresh = () => ({ id: newId(new Date()), returnUrls: null });
  const payments = () => has(adapter.collections);
  const payouts = () => has(adapter.disbursements);
  const paidOut = async (digits: string) => {
    const order = transfer({ ...fresh(), payee: payee(digits) });
    const outcome = await payouts().disburse(order);
    return submitted(order, { partnerReference: outcome.reference ?? null, submittedAt: clock.now() });
  };
  const until = async <T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> => {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const seen = await look();
      if (good(seen) || Date.now() > deadline) return seen;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  beforeAll(async () => {
    partner = await startWave();
    adapter = configured();
  });
  beforeEach(() => partner.forget());
  afterAll(async () => {
    await Promise.all(wires.map((http) => http.close()));
    await partner.close();
  });

  it('has one session after a creation whose answer was lost', async () => {
    const order = payment({ ...fresh(), payer: payer('18') });
    await partner.misbehave({ fault: 'reset-after-acting' });
    expect(await payments().collect(order)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    const found = await payments().enquire?.(submitted(order));
    expect(found).toMatchObject({ is: 'pending', nextAction: { type: 'redirect' } });
    expect(await has(adapter.sessions).find({ by: 'reference', value: order.id })).toHaveLength(1);
  });

  it('finds a paid session by the transaction that the payer sees', async () => {
    const order = payment({ ...fresh(), payer: payer('45') });
    await payments().collect(order);
    const end = await until(
      async () => payments().enquire?.(submitted(order)),
      (seen) => seen?.is === 'succeeded',
    );
    const receipt = end?.is === 'succeeded' ? (end.receipt ?? '') : '';
    expect(receipt).toMatch(/^T/);
    const sessions = await has(adapter.sessions).find({ by: 'transaction', value: receipt });
    expect(sessions).toMatchObject([{ reference: order.id, transaction: receipt }]);
    expect(await has(adapter.sessions).find({ by: 'transaction', value: 'T_NOBODY' })).toEqual([]);
    expect(await has(adapter.sessions).find({ by: 'id', value: 'cos-nobody' })).toEqual([]);
  });

  it('keeps a payment pending while attempts fail, and says why', async () => {
    const order = payment({ ...fresh(), payer: payer('12') });
    await payments().collect(order);
    const callbacks = has(adapter.callbacks);
    const news = await until(
      () => Promise.resolve(partner.callbacks.flatMap((one) => callbacks.read(one))),
      (seen) => seen.length > 0,
    );
    const pending = { is: 'pending', partner: { code: 'blocked-account' } };
    expect(news).toMatchObject([{ about: { operation: order.id }, outcome: pending }]);
    expect(await payments().enquire?.(submitted(order))).toMatchObject(pending);
  });

  it('comes too late to withdraw what is paid', async () => {
    const order = payment({ ...fresh(), payer: payer('45') });
    await payments().collect(order);
    await until(partner.books.bind(partner), (entries) => entries.length > 0);
    expect(await payments().cancel?.(submitted(order))).toMatchObject({ is: 'succeeded' });
  });

  it.each([
    ['07', 'paid though it answered with a failure', 'unknown', 1],
    ['08', 'not paid, and answered with a failure', 'unknown', 0],
    ['10', 'throttled', 'notSent', 0],
  ])('a payout to …%s is %s', async (digits, _what, is, entries) => {
    const order = transfer({ ...fresh(), payee: payee(digits) });
    expect(await payouts().disburse(order)).toMatchObject({ is });
    expect(await partner.books()).toHaveLength(entries);
    expect(await payouts().enquire?.(submitted(order))).toMatchObject({
      is: entries === 1 ? 'succeeded' : 'notFound',
    });
    await payouts().disburse({ ...order, isRepeat: true });
    expect((await partner.books()).length).toBeLessThanOrEqual(1);
  });

  it('stops a key that was used for another amount, and does not call that declined', async () => {
    const order = transfer({ ...fresh(), payee: payee('01') });
    await payouts().disburse(order);
    const other: Order = { ...order, amount: xof('1'), isRepeat: true };
    expect(await payouts().disburse(other)).toMatchObject({
      is: 'unknown',
      partner: { code: 'idempotency-mismatch' },
    });
    expect(await partner.books()).toHaveLength(1);
  });

  it.each([
    ['13', { is: 'declined', reason: 'insufficient_funds' }],
    ['14', { is: 'declined', reason: 'party_inactive' }],
  ])('cannot take a payout to …%s back', async (digits, outcome) => {
    const original = await paidOut(digits);
    const order = reversal('15000', { id: newId(new Date()) });
    expect(await has(adapter.reversals).reverse(order, original)).toMatchObject(outcome);
    expect(await has(adapter.reversals).enquire?.(submitted(order), original)).toEqual({ is: 'notFound' });
  });

  it('cannot take a payout back after three days', async () => {
    const original = await paidOut('01');
    await partner.advance(3 * 86_400_000 + 1_000);
    const order = reversal('15000', { id: newId(new Date()) });
    expect(await has(adapter.reversals).reverse(order, original)).toMatchObject({
      is: 'declined',
      partner: { code: 'payout-reversal-time-limit-exceeded' },
    });
  });

  it('finds a refund in the statement when its answer was lost', async () => {
    const order = payment({ ...fresh(), payer: payer('45') });
    await payments().collect(order);
    const end = await until(
      async () => payments().enquire?.(submitted(order)),
      (seen) => seen?.is === 'succeeded',
    );
    const receipt = end?.is === 'succeeded' ? (end.receipt ?? null) : null;
    const original = submitted(order, { partnerReference: end?.reference ?? null, receipt });
    const undo = reversal('2500', { id: newId(new Date()) });
    const asked = submitted(undo, { createdAt: new Date() });
    expect(await has(adapter.reversals).enquire?.(asked, original)).toEqual({ is: 'notFound' });
    await partner.misbehave({ fault: 'error-5xx-after-acting' });
    expect(await has(adapter.reversals).reverse(undo, original)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    expect(await has(adapter.reversals).enquire?.(asked, original)).toEqual({ is: 'succeeded' });
    expect(await partner.books()).toHaveLength(2);
  });

  it('gives a receipt back by its transaction', async () => {
    await partner.payUnasked({ amount: '4000', mobile: '+221770000812' });
    const [entry] = await partner.books();
    const original = submitted(payment({ kind: 'receipt', amount: xof('4000') }), {
      receipt: entry?.receipt ?? null,
    });
    const outcome = await has(adapter.reversals).reverse(reversal('4000'), original);
    expect(outcome).toMatchObject({ is: 'succeeded' });
    expect(await partner.books()).toMatchObject([{ state: 'reversed' }, { kind: 'reversal' }]);
  });

  it.each([
    ['01', 'Awa Demo', true],
    ['01', 'Somebody Else', false],
    ['15', 'Awa Demo', null],
    ['01', null, null],
  ])('says of the recipient …%s that the name %s fits: %s', async (digits, name, nameMatches) => {
    const question = { party: payee(digits), name, amount };
    expect(await has(adapter.parties).find(question)).toMatchObject({ nameMatches, withinLimits: true });
  });

  it.each([
    ['is not known', { apiKey: 'wave_sn_prod_sim_nobody' }, 'partner_misconfigured'],
    ['was revoked', { apiKey: 'wave_sn_prod_sim_revoked' }, 'partner_misconfigured'],
    ['is not signed with', { signingSecret: undefined }, 'partner_misconfigured'],
    ['is signed with another secret', { signingSecret: 'wave_sn_AKS_other' }, 'partner_misconfigured'],
    ['may not collect', { apiKey: 'wave_sn_prod_sim_nocheckout' }, 'not_permitted'],
    ['is of a disabled wallet', { apiKey: 'wave_sn_prod_sim_disabled' }, 'not_permitted'],
  ])('names the set-up when the key %s', async (_what, changed, reason) => {
    const other = configured({ secrets: changed });
    const outcome = await has(other.collections).collect(payment({ ...fresh() }));
    expect(outcome).toMatchObject({ is: 'declined', reason, moneyMoved: 'no' });
    expect(await partner.books()).toEqual([]);
  });

  it('still tells the balance of a disabled wallet', async () => {
    const disabled = configured({
      secrets: { apiKey: 'wave_sn_prod_sim_disabled', signingSecret: undefined },
    });
    expect(await has(disabled.balances).ask({ id: 'q' })).toMatchObject({ is: 'answered' });
  });
});
