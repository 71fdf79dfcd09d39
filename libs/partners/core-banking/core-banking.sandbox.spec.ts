import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '#domain';
import {
  type ClosablePartnerHttp,
  createPartnerHttp,
  type Disbursements,
  type Order,
  type PartnerAdapter,
  type Reversals,
  UnreadableAnswer,
} from '#partner-kit';
import { MemorySightings, type PartnerUnderTest } from '#partner-kit/testing';
import { coreBanking } from './core-banking.adapter.js';
import { account, secrets, settingsAt, startCoreBanking } from './fixtures/sandbox.js';
import { credit, has, question, reversal, submitted } from './fixtures/stage.js';

const clock = { now: () => new Date() };
let partner: PartnerUnderTest;
let http: ClosablePartnerHttp;

const adapterWith = (apiKey: string): PartnerAdapter =>
  coreBanking.create({
    id: 'core-banking',
    settings: coreBanking.settings.parse(settingsAt(partner.baseUrl)),
    secrets: { apiKey },
    clock,
    http,
    tokens: { get: (_name, fetch) => fetch().then(({ value }) => value), reject: () => Promise.resolve() },
    sightings: new MemorySightings(clock),
    callbackUrl: (path) => `https://gateway.example/callbacks/key/${path}`,
  });

let adapter: PartnerAdapter;
let credits: Disbursements;
let reversals: Reversals;
beforeAll(async () => {
  partner = await startCoreBanking();
  http = createPartnerHttp({ baseUrl: partner.baseUrl });
  adapter = adapterWith(secrets.apiKey);
  credits = has(adapter.disbursements);
  reversals = has(adapter.reversals);
});
beforeEach(() => partner.forget());
afterAll(async () => {
  await http.close();
  await partner.close();
});

const newCredit = (digits: string, more: Partial<Order> = {}): Order =>
  credit({ id: newId(new Date()), payee: account(digits), ...more });
const newReversal = (): Order => reversal({ id: newId(new Date()) });

describe('a credit', () => {
  it('is found again once its answer was lost, and is not booked twice', async () => {
    const order = newCredit('01');
    await partner.misbehave({ fault: 'reset-after-acting' });
    expect(await credits.disburse(order)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    const found = await credits.enquire?.(submitted(order));
    expect(found).toMatchObject({ is: 'succeeded' });
    expect(await credits.disburse({ ...order, isRepeat: true })).toEqual(found);
    expect(await partner.books()).toHaveLength(1);
  });

  it('of other content under the same id is unknown, since the first may be booked', async () => {
    const order = newCredit('01');
    await credits.disburse(order);
    const other = await credits.disburse({ ...order, description: 'another', isRepeat: true });
    expect(other).toMatchObject({ is: 'unknown', partner: { code: 'other_content' } });
  });

  it('that was refused stays refused, and is not found', async () => {
    const order = newCredit('21');
    await partner.misbehave({ fault: 'error-5xx' });
    expect(await credits.disburse(order)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    const declined = { is: 'declined', reason: 'limit_exceeded', moneyMoved: 'no' };
    expect(await credits.disburse({ ...order, isRepeat: true })).toMatchObject(declined);
    expect(await credits.enquire?.(submitted(order))).toEqual({ is: 'notFound' });
  });

  it('to a busy back end is not sent, and goes through the next time', async () => {
    const order = newCredit('25');
    expect(await credits.disburse(order)).toMatchObject({ is: 'notSent', retryAfterMs: 1_000 });
    expect(await credits.disburse(order)).toMatchObject({ is: 'succeeded' });
  });

  it('that is refused with a code of tomorrow is unknown', async () => {
    const told = await credits.disburse(newCredit('24'));
    expect(told).toMatchObject({ is: 'unknown', partner: { code: 'account_under_review' } });
  });

  it('with a wrong key moves nothing the first time, and says nothing of an earlier try', async () => {
    const { disbursements } = adapterWith('cb_another_key');
    const order = newCredit('01');
    const declined = { is: 'declined', reason: 'partner_misconfigured', moneyMoved: 'no' };
    expect(await disbursements?.disburse(order)).toMatchObject(declined);
    expect(await disbursements?.disburse({ ...order, isRepeat: true })).toMatchObject({ is: 'unknown' });
    expect(await partner.books()).toEqual([]);
  });

  it('goes to every kind of account, of any country', async () => {
    for (const payee of [
      { type: 'msisdn', value: '+254712000345' },
      { type: 'iban', value: 'SN08SN0100152000048500003035' },
      { type: 'account', value: 'SN/0001 A' },
      { type: 'alias', value: 'awa.diop@bank.example' },
      { type: 'merchant', value: '471100' },
    ] as const) {
      expect(await credits.disburse(newCredit('01', { payee }))).toMatchObject({ is: 'succeeded' });
    }
    expect(await partner.balance()).toMatchObject({ 'account SN/0001 A XOF': '15000' });
  });
});

describe('a reversal', () => {
  const credited = async (digits: string) => {
    const order = newCredit(digits);
    expect(await credits.disburse(order)).toMatchObject({ is: 'succeeded' });
    return submitted(order);
  };

  it('takes the money off the account, once, and can be asked about', async () => {
    const original = await credited('01');
    const order = newReversal();
    await partner.misbehave({ fault: 'timeout-after-acting', match: { path: '/reversals/' } });
    expect(await reversals.reverse(order, original)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    const found = await reversals.enquire?.(submitted(order), original);
    expect(found).toMatchObject({ is: 'succeeded' });
    expect(await reversals.reverse({ ...order, isRepeat: true }, original)).toEqual(found);
    expect((await partner.balance())['settlement XOF']).toBe('0');
    expect(await partner.books()).toHaveLength(2);
    // What was taken back was credited all the same.
    expect(await credits.enquire?.(original)).toMatchObject({ is: 'succeeded' });
  });

  it.each([
    ['31', 'insufficient_funds'],
    ['32', 'not_permitted'],
  ])('of a credit to …%s is declined: %s', async (digits, reason) => {
    const original = await credited(digits);
    const order = newReversal();
    expect(await reversals.reverse(order, original)).toMatchObject({ is: 'declined', reason });
    expect(await reversals.enquire?.(submitted(order), original)).toEqual({ is: 'notFound' });
  });

  it('of what another has taken back, or of what was never credited, is declined', async () => {
    const original = await credited('01');
    await reversals.reverse(newReversal(), original);
    expect(await reversals.reverse(newReversal(), original)).toMatchObject({ reason: 'duplicate' });
    const never = submitted(newCredit('01'));
    expect(await reversals.reverse(newReversal(), never)).toMatchObject({
      is: 'declined',
      reason: 'partner_rejected',
      partner: { code: 'credit_unknown' },
    });
  });
});

describe('a question', () => {
  const find = (digits: string) =>
    has(adapter.parties).find({ party: account(digits), name: null, amount: null });

  it('tells whose account it is, and how it stands', async () => {
    expect(await find('01')).toMatchObject({
      exists: true,
      name: expect.stringMatching(/^\S+ \S+$/),
      account: { status: 'open', currencies: ['XOF', 'KES'] },
    });
    expect(await find('02')).toMatchObject({ exists: false });
    expect(await find('06')).toMatchObject({ exists: false, isTypeKnown: false });
    expect(await find('03')).toMatchObject({ exists: true, account: { status: 'blocked' } });
    expect(await find('04')).toMatchObject({ exists: true, account: { status: 'closed' } });
    expect(await find('05')).toMatchObject({ account: { currencies: ['EUR'] } });
  });

  it('for a price that does not add up has no answer', async () => {
    const price = has(adapter.quotes).quote(question({ payee: account('14') }));
    await expect(price).rejects.toThrow(UnreadableAnswer);
  });
});
