import { describe, expect, it } from '@jest/globals';
import { Money } from '#domain';
import { type QuoteQuestion, UnmappedAnswer, UnreadableAnswer } from '#partner-kit';
import { toCredited, toOffer, toPartyAnswer, toTakenBack } from './core-banking.mapper.js';
import { CoreAccountAnswer, CoreCredit, CoreQuote, CoreReversal, read } from './core-banking.wire.js';
import { booked, credit, CREDIT_ID, question, reply, reversal, takenBack, xof } from './fixtures/stage.js';

describe('a credit', () => {
  const told = (more: object) => toCredited(read(CoreCredit, reply(200, booked(more))), credit());

  it.each(['credited', 'taken_back'])('that is %s was paid', (state) => {
    const reference = 'CB-0000000017';
    expect(told({ state })).toEqual({ is: 'succeeded', reference, receipt: reference });
  });

  it('needs no amount in the answer to its order', () => {
    expect(told({ amount: undefined })).toMatchObject({ is: 'succeeded' });
    expect(told({ amount: { value: '15000.00', currency: 'XOF' } })).toMatchObject({ is: 'succeeded' });
  });

  it.each([
    [{ state: 'pending' }, UnmappedAnswer],
    [{ amount: { value: '15001', currency: 'XOF' } }, UnmappedAnswer],
    [{ amount: { value: '15000', currency: 'KES' } }, UnmappedAnswer],
    [{ id: 'another' }, UnreadableAnswer],
    [{ reference: '' }, UnreadableAnswer],
    [{ amount: { value: '1.5', currency: 'XOF' } }, UnreadableAnswer],
    [{ amount: { value: '15000', currency: 'BTC' } }, UnreadableAnswer],
  ])('with %j is not believed', (more, error) => {
    expect(() => told(more)).toThrow(error);
  });
});

describe('a reversal', () => {
  const told = (more: object) =>
    toTakenBack(read(CoreReversal, reply(200, takenBack(more))), reversal(), CREDIT_ID);

  it('that took the credit back succeeded', () => {
    expect(told({})).toMatchObject({ is: 'succeeded', receipt: 'CB-0000000018' });
    expect(told({ credit: undefined })).toMatchObject({ is: 'succeeded' });
  });

  it.each([
    [{ state: 'credited' }, UnmappedAnswer],
    [{ credit: 'another' }, UnreadableAnswer],
    [{ id: CREDIT_ID }, UnreadableAnswer],
  ])('with %j is not believed', (more, error) => {
    expect(() => told(more)).toThrow(error);
  });
});

describe('a price', () => {
  const money = (value: string, currency = 'XOF') => ({ value, currency });
  const offer = (more: object, asked: Partial<QuoteQuestion> = {}) => {
    const whole = { sends: money('15000'), receives: money('15000'), fee: null, commission: null, ...more };
    return toOffer(read(CoreQuote, reply(200, whole)), question(asked));
  };

  it('may be nothing, for ever', () => {
    expect(offer({ fee: undefined, commission: undefined })).toEqual({
      is: 'offered',
      sends: xof('15000'),
      receives: xof('15000'),
      fee: null,
      commission: null,
      expiresAt: null,
    });
  });

  it('may have fee, commission and an end', () => {
    const terms = { receives: money('14890'), fee: money('150'), commission: money('40') };
    const expiresAt = '2026-11-21T09:11:00+01:00';
    expect(offer({ ...terms, expiresAt })).toMatchObject({
      receives: xof('14890'),
      fee: xof('150'),
      commission: xof('40'),
      expiresAt: new Date('2026-11-21T08:11:00Z'),
    });
  });

  it('is of what is received, where that was asked', () => {
    const sends = { sends: money('15152'), fee: money('152') };
    expect(offer(sends, { amountIs: 'received' })).toMatchObject({ sends: xof('15152') });
    expect(() => offer(sends)).toThrow('not of the amount that is sent');
  });

  it.each([
    [{ receives: money('15001') }, 'does not add up'],
    [{ fee: money('1') }, 'does not add up'],
    [{ commission: money('1') }, 'does not add up'],
    [{ receives: money('15010'), fee: money('-10') }, 'below'],
    [{ receives: money('0'), fee: money('15000') }, 'below'],
    [{ fee: money('0', 'KES') }, 'another currency'],
    [{ sends: money('15000', 'KES'), receives: money('15000', 'KES') }, 'another currency'],
    [{ sends: money('14000'), receives: money('14000') }, 'not of the amount'],
    [{ sends: money('1e99') }, 'sends'],
    [{ expiresAt: 'soon' }, 'expiresAt'],
  ])('with %j is no price', (more, why) => {
    expect(() => offer(more)).toThrow(UnreadableAnswer);
    expect(() => offer(more)).toThrow(why);
  });

  it('keeps the decimals of the currency', () => {
    const terms = { sends: money('10.55', 'KES'), receives: money('10.5', 'KES'), fee: money('0.05', 'KES') };
    const amount = Money.parse('10.55', 'KES');
    expect(offer(terms, { amount })).toMatchObject({ receives: Money.parse('10.50', 'KES') });
  });
});

describe('a customer', () => {
  const told = (more: object, name: string | null = null) => {
    const account = {
      holder: { name: 'Aïssatou N’Diaye', firstName: 'Aïssatou', lastName: 'N’Diaye' },
      status: 'open',
      currencies: ['XOF', 'BTC'],
      ...more,
    };
    return toPartyAnswer(read(CoreAccountAnswer, reply(200, account)), {
      party: { type: 'alias', value: 'aissatou' },
      name,
      amount: null,
    });
  };

  it('is named, with how the account stands', () => {
    expect(told({})).toEqual({
      exists: true,
      name: 'Aïssatou N’Diaye',
      nameMatches: null,
      withinLimits: null,
      account: { status: 'open', currencies: ['XOF'] },
    });
  });

  it.each([
    [{ firstName: 'Awa', lastName: 'Diop' }, 'Awa Diop'],
    [{ lastName: 'Diop' }, 'Diop'],
    [{}, null],
  ])('called %j is %s', (holder, name) => {
    expect(told({ holder })).toMatchObject({ name });
  });

  it.each([
    ["aissatou  n'diaye", true],
    ['Awa Diop', false],
  ])('called %s is the one: %s', (name, nameMatches) => {
    expect(told({}, name)).toMatchObject({ nameMatches });
  });

  it.each(['blocked', 'closed'])('whose account is %s exists', (status) => {
    expect(told({ status })).toMatchObject({ exists: true, account: { status } });
  });

  it('whose account is in no known state is not told of', () => {
    expect(() => told({ status: 'dormant' })).toThrow('not as agreed: status');
  });
});
