import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Clock, newId } from '#domain';
import {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type EnquiryOutcome,
  type Notice,
  type Order,
  type PartnerAdapter,
  type SubmittedOrder,
} from '#partner-kit';
import { MemorySightings, type PartnerUnderTest } from '#partner-kit/testing';
import { daraja } from './daraja.adapter.js';
import { business, collection, msisdn, payee, payer, secrets, settingsAt, start } from './sandbox-support.js';
import { kes, payment, ScriptedTokens, submitted, transfer } from './spec-support.js';

const amount = kes('1500');

describe('M-Pesa, in what is peculiar to it', () => {
  const clock: Clock = { now: () => new Date() };
  const wires: ClosablePartnerHttp[] = [];
  let partner: PartnerUnderTest;
  let adapter: PartnerAdapter;

  function configured(settings: object = {}, changedSecrets: object = {}): PartnerAdapter {
    const http = createPartnerHttp({ baseUrl: partner.baseUrl });
    wires.push(http);
    const made = daraja.create({
      id: 'mpesa-ke',
      settings: daraja.settings.parse({ ...settingsAt(partner.baseUrl), ...settings }),
      secrets: daraja.secrets.parse({ ...secrets, ...changedSecrets }),
      ...{ clock, http, tokens: new ScriptedTokens(), sightings: new MemorySightings(clock) },
      callbackUrl: (path) => `${partner.publicUrl}/callbacks/${partner.callbackKey}/${path}`,
    });
    partner.answerCallbacks((callback) => has(made.callbacks).answer(callback));
    return made;
  }

  function has<T>(part: T | undefined): T {
    if (part === undefined) throw new Error('the adapter lacks it');
    return part;
  }

  const news = (): readonly Notice[] =>
    partner.callbacks.flatMap((callback) => has(adapter.callbacks).read(callback));

  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

  async function until<T>(look: () => T | undefined): Promise<T> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const seen = look();
      if (seen !== undefined) return seen;
      if (Date.now() > deadline) throw new Error('it never came');
      await pause();
    }
  }

  const told = (is: EnquiryOutcome['is']) =>
    until(() => news().find((one) => one.is === 'outcome' && one.outcome.is === is));
  const receiptTold = () => until(() => news().find((one) => one.is === 'receipt'));

  /** What an enquiry says, where need be by its callback. */
  async function ask(order: SubmittedOrder, of: 'collections' | 'disbursements'): Promise<EnquiryOutcome> {
    const outcome = await has(adapter[of]?.enquire?.(order));
    if (outcome.is !== 'answerFollows') return outcome;
    const [question = ''] = outcome.references ?? [];
    const answer = await until(() =>
      news().find((one) => one.is === 'outcome' && one.answersEnquiry === question),
    );
    if (answer.is !== 'outcome') throw new Error('not an outcome');
    return answer.outcome;
  }

  /** Asks until there is an end, or a "not found". */
  async function askOn(
    order: SubmittedOrder,
    of: 'collections' | 'disbursements',
  ): Promise<EnquiryOutcome[]> {
    const said: EnquiryOutcome[] = [];
    for (;;) {
      const outcome = await ask(order, of);
      said.push(outcome);
      if (outcome.is !== 'pending' && outcome.is !== 'unknown') return said;
      if (said.length > 100) throw new Error('there is no end to it');
      await pause();
    }
  }

  const fresh = () => ({ id: newId(new Date()) });
  const asSent = (order: Order, { reference, references = [] }: EnquiryOutcome): SubmittedOrder =>
    submitted(order, {
      partnerReference: reference ?? null,
      references: [reference ?? [], references].flat(),
      ...{ submittedAt: clock.now(), createdAt: clock.now() },
    });

  beforeAll(async () => {
    partner = await start();
  });
  beforeEach(async () => {
    await partner.forget();
    adapter = configured();
  });
  afterAll(async () => {
    await Promise.all(wires.map((http) => http.close()));
    await partner.close();
  });

  it('finds the payment in the callback when the answer to the push was lost', async () => {
    const order = payment({ ...fresh(), payer: payer('55') });
    expect(await has(adapter.collections).collect(order)).toMatchObject({ is: 'unknown' });
    expect(await has(adapter.collections?.enquire?.(submitted(order)))).toMatchObject({ is: 'unknown' });
    const notice = await told('succeeded');
    expect(notice).toMatchObject({ about: { operation: order.id }, amount: order.amount });
    const checkout = notice.is === 'outcome' ? (notice.outcome.reference ?? null) : null;
    const known = submitted(order, { partnerReference: checkout });
    expect(await ask(known, 'collections')).toMatchObject({ is: 'succeeded' });
  });

  it.each(['41', '42'])('still takes a success after the refusal of …%s', async (digits) => {
    const order = payment({ ...fresh(), payer: payer(digits) });
    await has(adapter.collections).collect(order);
    expect(await told('declined')).toMatchObject({ outcome: { moneyMoved: 'unknown' } });
    expect(await told('succeeded')).toMatchObject({ about: { operation: order.id } });
    expect(await partner.books()).toHaveLength(1);
  });

  it('lets the receipt decide where the query denies what the callback said', async () => {
    const order = payment({ ...fresh(), payer: payer('50') });
    const sent = asSent(order, await has(adapter.collections).collect(order));
    const notice = await told('succeeded');
    expect(await ask(sent, 'collections')).toMatchObject({ is: 'declined', moneyMoved: 'unknown' });
    const receipt =
      notice.is === 'outcome' && notice.outcome.is === 'succeeded' ? notice.outcome.receipt : undefined;
    expect(await ask({ ...sent, receipt: receipt ?? null }, 'collections')).toMatchObject({
      is: 'succeeded',
      receipt,
    });
  });

  it('polls on while the query says nothing', async () => {
    const order = payment({ ...fresh(), payer: payer('52') });
    const sent = asSent(order, await has(adapter.collections).collect(order));
    const said = await askOn(sent, 'collections');
    expect(said.slice(0, 2)).toMatchObject([{ is: 'unknown' }, { is: 'unknown' }]);
    expect(said.at(-1)).toMatchObject({ is: 'succeeded' });
  });

  it('names the amount that the callback names, also a wrong one', async () => {
    await has(adapter.collections).collect(payment({ ...fresh(), payer: payer('47'), amount }));
    expect(await told('succeeded')).toMatchObject({ amount: kes('1501') });
  });

  it('recognises the C2B confirmation of its own push by account and receipt', async () => {
    await has(adapter.registration).register();
    const order = payment({ ...fresh(), reference: 'INV 20418', payer: msisdn('+254712000345') });
    const sent = asSent(order, await has(adapter.collections).collect(order));
    const paid = await told('succeeded');
    const receipt = await receiptTold();
    expect(paid).toMatchObject({ outcome: { receipt: receipt.receipt } });
    expect(receipt.fit(sent)).toBe('alike');
    expect(receipt.fit({ ...sent, reference: 'INV 20419' })).toBe('misfit');
    expect(receipt.fit({ ...sent, payer: payer('43') })).toBe('misfit');
  });

  it('pays a till by its store, and recognises it by the payer alone', async () => {
    const till = { storeNumber: '600778', tillNumber: '600779', merchantName: 'Demo' };
    adapter = configured({ collection: till });
    await has(adapter.registration).register();
    const order = payment({ ...fresh(), payer: msisdn('+254712000345') });
    const sent = asSent(order, await has(adapter.collections).collect(order));
    expect(await told('succeeded')).toMatchObject({ about: { operation: order.id } });
    expect(await ask(sent, 'collections')).toMatchObject({ is: 'succeeded' });
    expect(await receiptTold()).toMatchObject({ amount: order.amount });
  });

  it('shows a QR code whose payment comes as a confirmation', async () => {
    await has(adapter.registration).register();
    const order = payment({ ...fresh(), method: 'qr', payer: null, amount: kes('250') });
    const outcome = await has(adapter.collections).collect(order);
    expect(outcome).toMatchObject({
      is: 'pending',
      nextAction: { type: 'scan_qr', mediaType: 'image/png' },
    });
    const billRef = order.id.slice(-12).toUpperCase();
    await partner.payUnasked({ amount: '250', billRef });
    const receipt = await receiptTold();
    expect(receipt.fit(asSent(order, outcome))).toBe('named');
  });

  it('keeps customers from paying into an account that cannot be', async () => {
    adapter = configured({ collection: { ...collection, validation: { reference: 'HSE-[0-9]+' } } });
    await has(adapter.registration).register();
    await partner.payUnasked({ amount: '75', billRef: 'HSE-x' });
    expect(await partner.books()).toEqual([]);
    await partner.payUnasked({ amount: '75', billRef: 'HSE-7' });
    expect(await partner.books()).toMatchObject([{ kind: 'receipt', reference: 'HSE-7' }]);
  });

  it.each([
    ['paybill', '600555'],
    ['till', '600556'],
  ] as const)('pays a %s, asked about by the id that M-Pesa made', async (type, value) => {
    const order = transfer({ ...fresh(), payee: business(type, value) });
    const sent = asSent(order, await has(adapter.disbursements).disburse(order));
    expect(await told('succeeded')).toMatchObject({ about: { operation: order.id }, amount: order.amount });
    expect(await ask(sent, 'disbursements')).toMatchObject({ is: 'succeeded' });
    expect(await partner.books()).toMatchObject([{ kind: 'transfer', party: value }]);
  });

  it('knows the fee of a payout from its status', async () => {
    const order = transfer({ ...fresh(), payee: payee('54') });
    const sent = asSent(order, await has(adapter.disbursements).disburse(order));
    await until(() => (partner.callbacks.length === 0 ? 'silent' : undefined));
    const said = await askOn(sent, 'disbursements');
    expect(said.at(-1)).toMatchObject({ is: 'succeeded', fee: kes('13') });
  });

  it.each([
    ['50', 'succeeded'],
    ['65', 'succeeded'],
    ['51', 'declined'],
    ['62', 'notFound'],
  ])('does not believe a queue that gave up on …%s before it has asked: %s', async (digits, end) => {
    const order = transfer({ ...fresh(), payee: payee(digits) });
    const sent = asSent(order, await has(adapter.disbursements).disburse(order));
    expect(await told('unknown')).toMatchObject({ about: { operation: order.id } });
    expect((await askOn(sent, 'disbursements')).at(-1)).toMatchObject({ is: end });
    expect(await partner.books()).toHaveLength(end === 'succeeded' ? 1 : 0);
  });

  it('does not believe a catch-all failure of a payout that went through', async () => {
    const order = transfer({ ...fresh(), payee: payee('58') });
    const sent = asSent(order, await has(adapter.disbursements).disburse(order));
    expect(await told('unknown')).toMatchObject({ outcome: { partner: { code: '17' } } });
    expect(await ask(sent, 'disbursements')).toMatchObject({ is: 'succeeded' });
  });

  it('takes a duplicate for what was received before', async () => {
    const order = transfer({ ...fresh(), payee: payee('52') });
    await partner.misbehave({ fault: 'error-5xx-after-acting', count: 1 });
    expect((await has(adapter.disbursements).disburse(transfer({ ...order, payee: payee('54') }))).is).toBe(
      'unknown',
    );
    expect(
      await has(adapter.disbursements).disburse(transfer({ ...order, payee: payee('54') })),
    ).toMatchObject({
      is: 'pending',
      partner: { code: '500.002.1001' },
    });
  });

  it('says who has to act when the password of the initiator is wrong', async () => {
    adapter = configured({}, { initiatorPassword: 'expired' });
    await has(adapter.disbursements).disburse(transfer(fresh()));
    expect(await told('declined')).toMatchObject({
      outcome: { reason: 'partner_misconfigured', moneyMoved: 'no', partner: { code: '2001' } },
    });
  });

  it.each([
    ['key', { consumerSecret: 'another' }],
    ['passkey', { passkey: 'another' }],
  ])('says who has to act when the %s is wrong', async (_, changed) => {
    adapter = configured({}, changed);
    expect(await has(adapter.collections).collect(payment(fresh()))).toMatchObject({
      is: 'declined',
      reason: 'partner_misconfigured',
      moneyMoved: 'no',
    });
  });
});
