import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfirmationStep, newId } from '#domain';
import {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type EnquiryOutcome,
  type Order,
  type Outcome,
  type PartnerAdapter,
  type SubmittedOrder,
  UnmappedAnswer,
} from '#partner-kit';
import { MemorySightings, type PartnerUnderTest } from '#partner-kit/testing';
import { payee, settingsAt, startMojaloop } from './fixtures/sandbox.js';
import { has, submitted, transfer } from './fixtures/stage.js';
import { mojaloop } from './mojaloop.adapter.js';

interface Journey {
  readonly outcome: Outcome;
  readonly order: SubmittedOrder;
  /** What was asked on the way. */
  readonly steps: readonly ConfirmationStep[];
}

/** An adapter towards one scheme adapter, and the way of an order through it. */
class Traveller {
  aheadMs = 0;
  readonly #wires: ClosablePartnerHttp[] = [];

  private constructor(readonly partner: PartnerUnderTest) {}

  static async setOut(settings: object = {}): Promise<Traveller> {
    return new Traveller(await startMojaloop({ ...settings }));
  }

  adapter(settings: object = {}): PartnerAdapter {
    const http = createPartnerHttp({ baseUrl: this.partner.baseUrl });
    this.#wires.push(http);
    const clock = { now: () => new Date(Date.now() + this.aheadMs) };
    return mojaloop.create({
      id: 'mojaloop-sn',
      settings: mojaloop.settings.parse({ ...settingsAt(this.partner.baseUrl), ...settings }),
      secrets: {},
      clock,
      http,
      tokens: { get: (_name, fetch) => fetch().then(({ value }) => value), reject: () => Promise.resolve() },
      sightings: new MemorySightings(clock),
      callbackUrl: (path) => `https://gateway.example/callbacks/key/${path}`,
    });
  }

  /** Says yes to everything. */
  async travel(digits: string, more: Partial<Order> = {}, adapter = this.adapter()): Promise<Journey> {
    const payouts = has(adapter.disbursements);
    const fresh = transfer({ id: newId(new Date()), payee: payee(digits), ...more });
    const times = { submittedAt: new Date(), createdAt: new Date() };
    let order = submitted({ partnerReference: null, references: [], ...times }, fresh);
    let outcome = await payouts.disburse(fresh);
    const steps: ConfirmationStep[] = [];
    while (outcome.is === 'needsConfirmation') {
      const { step } = outcome.nextAction;
      steps.push(step);
      order = { ...order, partnerReference: outcome.reference ?? null };
      outcome = (await payouts.confirm?.(order, step)) ?? outcome;
    }
    return { outcome, order, steps };
  }

  async ask({ order }: Journey): Promise<EnquiryOutcome | undefined> {
    return this.adapter().disbursements?.enquire?.(order);
  }

  async close(): Promise<void> {
    await Promise.all(this.#wires.map((http) => http.close()));
    await this.partner.close();
  }
}

const later = 10_000;

describe.each(['24.19.4', '18.0.2'])('a scheme adapter of release %s', (imitates) => {
  let on: Traveller;
  beforeAll(async () => {
    on = await Traveller.setOut({ imitates });
  });
  beforeEach(async () => {
    on.aheadMs = 0;
    await on.partner.forget();
  });
  afterAll(() => on.close());

  it('names payees as the other institution does, if it does', async () => {
    const named = async (digits: string) => {
      const outcome = await has(on.adapter().disbursements).disburse(transfer({ payee: payee(digits) }));
      return outcome.is === 'needsConfirmation' ? outcome.nextAction.party : null;
    };
    expect(await named('01')).toEqual({ name: 'Awa Demo', institution: 'payee-demo' });
    expect(await named('05')).toEqual({ name: null, institution: 'payee-demo' });
    expect(await named('06')).toEqual({ name: "Aissatou N'Diaye", institution: 'payee-demo' });
  });

  it.each([
    ['31', 'unknown', 'that nobody answered in time'],
    ['33', 'pending', 'that is only reserved'],
    ['37', 'unknown', 'whose answer was lost'],
    ['39', 'unknown', 'whose fulfilment does not fit'],
    ['40', 'unknown', 'that the switch took for a modified one'],
    ['43', 'unknown', 'at which the switch hung up'],
    ['42', 'unknown', 'that the switch carried out and answered with an error'],
  ])('a transfer to …%s is %s first, being one %s, and turns out to be paid', async (digits, is) => {
    const journey = await on.travel(digits);
    expect(journey.outcome).toMatchObject({ is });
    await on.partner.advance(later);
    let told = await on.ask(journey);
    if (told?.is === 'unknown') told = await on.ask(journey);
    expect(told).toMatchObject({ is: 'succeeded', receipt: journey.order.partnerReference });
    expect(await on.partner.books()).toHaveLength(1);
  });

  it.each(['32', '34'])('a transfer to …%s turns out to be aborted', async (digits) => {
    const journey = await on.travel(digits);
    await on.partner.advance(later);
    expect(await on.ask(journey)).toMatchObject({ is: 'declined', moneyMoved: 'no' });
    expect(await on.partner.books()).toEqual([]);
  });

  it.each(['36', '41', '44'])(
    'a transfer to …%s, of which the switch knows nothing, is unknown until it could not be taken up any more',
    async (digits) => {
      const journey = await on.travel(digits);
      expect(journey.outcome).toMatchObject({ is: 'unknown' });
      expect(await on.ask(journey)).toMatchObject({ is: 'unknown', partner: { code: '3208' } });
      on.aheadMs = 300_000;
      expect(await on.ask(journey)).toMatchObject({
        is: 'declined',
        reason: 'expired',
        moneyMoved: 'unknown',
      });
      on.aheadMs = 900_000;
      expect(await on.ask(journey)).toMatchObject({ is: 'declined', reason: 'expired', moneyMoved: 'no' });
      expect(await on.partner.books()).toEqual([]);
    },
  );

  it('a price without details is a price', async () => {
    expect((await on.travel('18')).outcome).toMatchObject({ is: 'succeeded' });
  });

  it('a price that ends at once is offered for no longer', async () => {
    const adapter = on.adapter({ quoteMarginMs: 0 });
    const order = transfer({ id: newId(new Date()), payee: payee('17') });
    const asked = await has(adapter.disbursements).disburse(order);
    const held = submitted({ partnerReference: asked.reference ?? null }, order);
    const question = await adapter.disbursements?.confirm?.(held, 'party');
    if (question?.is !== 'needsConfirmation') throw new Error('no question');
    expect(question.expiresAt.getTime()).toBeLessThan(Date.now() + 2_000);
    await on.partner.advance(later);
    expect(await adapter.disbursements?.confirm?.(held, 'quote')).toMatchObject({ is: 'declined' });
    expect(await on.partner.books()).toEqual([]);
  });

  it('of two transfers under one reference both would move: nothing is sent twice', async () => {
    const order: Order = transfer({ id: newId(new Date()), payee: payee('01') });
    await on.travel('01', order);
    await on.travel('01', order);
    expect(await on.partner.books()).toHaveLength(2);
    expect(has(on.adapter().disbursements).resubmissionIsSafe(order)).toBe(false);
  });

  it('sends exactly the amount, or lets it arrive', async () => {
    const adapter = on.adapter({ amountType: 'RECEIVE' });
    const { outcome } = await on.travel('01', {}, adapter);
    expect(outcome).toMatchObject({ is: 'succeeded', fee: { minor: 30n, currency: 'XOF' } });
    const [entry] = await on.partner.books();
    expect(entry?.change).toBe('-15030');
  });

  it('forgets what it waits for when it is asked too early; nothing moves then', async () => {
    const payouts = has(on.adapter().disbursements);
    const order = transfer({ id: newId(new Date()), payee: payee('01') });
    const asked = await payouts.disburse(order);
    const held = submitted({ partnerReference: asked.reference ?? null, submittedAt: new Date() }, order);
    expect(await payouts.enquire?.(held)).toMatchObject({ is: 'unknown' });
    expect(await payouts.confirm?.(held, 'party')).toMatchObject({ is: 'unknown' });
    expect(await on.partner.books()).toEqual([]);
  });

  it('does not find everybody', async () => {
    const parties = has(on.adapter().parties);
    const find = (digits: string) => parties.find({ party: payee(digits), name: 'awa demo', amount: null });
    expect(await find('01')).toMatchObject({ exists: true, name: 'Awa Demo', nameMatches: true });
    expect(await find('02')).toMatchObject({ exists: false });
    await expect(find('03')).rejects.toThrow('the scheme adapter answered');
  });
});

describe('a scheme adapter that says yes itself', () => {
  it('to the party stops at the price', async () => {
    const on = await Traveller.setOut({ autoAcceptParty: true });
    try {
      const { outcome, steps } = await on.travel('01', {}, on.adapter({ autoAccept: 'party' }));
      expect(steps).toEqual(['quote']);
      expect(outcome).toMatchObject({ is: 'succeeded' });
      expect((await on.travel('02')).outcome).toMatchObject({ is: 'declined', reason: 'invalid_party' });
      expect((await on.travel('15')).outcome).toMatchObject({ partner: { code: 'quote-misfit' } });
      expect(await on.partner.books()).toHaveLength(1);
    } finally {
      await on.close();
    }
  });

  it('to the price, against our set-up, is taken for what it does', async () => {
    const on = await Traveller.setOut({ autoAcceptParty: true, autoAcceptQuotes: true });
    try {
      const adapter = on.adapter();
      const unasked = await on.travel('01', {}, adapter);
      expect(unasked.steps).toEqual([]);
      expect(unasked.outcome).toMatchObject({ is: 'unknown', cause: expect.any(UnmappedAnswer) });
      if (unasked.outcome.is !== 'unknown') throw new Error('it was asked about');
      const named = { ...unasked.order, partnerReference: unasked.outcome.reference ?? null };
      expect(await adapter.disbursements?.enquire?.(named)).toMatchObject({ is: 'succeeded' });
      await on.partner.misbehave({ fault: 'reset-after-acting' });
      const lost = await on.travel('01', {}, adapter);
      expect(lost.outcome).toMatchObject({ is: 'unknown' });
      await on.partner.misbehave();
      expect(await adapter.disbursements?.enquire?.(lost.order)).toMatchObject({ is: 'unknown' });
      expect(await on.partner.books()).toHaveLength(2);
    } finally {
      await on.close();
    }
  });
});

describe('a payee abroad', () => {
  let on: Traveller;
  beforeAll(async () => {
    on = await Traveller.setOut();
  });
  beforeEach(() => on.partner.forget());
  afterAll(() => on.close());

  it('is paid in another currency, after one question more', async () => {
    const { outcome, steps } = await on.travel('51');
    expect(steps).toEqual(['party', 'conversion', 'quote']);
    expect(outcome).toMatchObject({ is: 'succeeded' });
    expect(await on.partner.books()).toMatchObject([{ change: '-15000', currency: 'XOF' }]);
  });

  it('is not paid when nobody changes the money', async () => {
    expect((await on.travel('52')).outcome).toMatchObject({ is: 'declined', reason: 'partner_unavailable' });
    expect(await on.partner.books()).toEqual([]);
  });

  it('may have been paid when the exchange is not answered', async () => {
    const journey = await on.travel('53');
    expect(journey.outcome).toMatchObject({ is: 'unknown' });
    expect(await on.ask(journey)).toMatchObject({ is: 'unknown' });
  });
});
