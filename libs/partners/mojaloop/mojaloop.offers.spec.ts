import { describe, expect, it } from '@jest/globals';
import { type ConfirmationStep, Money } from '#domain';
import {
  clock,
  conversionOf,
  found,
  now,
  quoted,
  quoteOf,
  record,
  reply,
  transfer,
  xof,
} from './fixtures/stage.js';
import { feeOf, fits, type OfferTerms, toQuestion } from './mojaloop.offers.js';
import { readAnswer } from './mojaloop.wire.js';

const terms: OfferTerms = {
  ...{ clock, amountType: 'SEND', confirmWithinMs: 600_000, quoteMarginMs: 3_000 },
  limits: { least: '1', most: '100000' },
};
const receiving: OfferTerms = { ...terms, amountType: 'RECEIVE' };
const amount = (value: string, currency = 'XOF') => ({ amount: value, currency });
/** By which exactly the amount arrives. */
const arriving = (more: object) => quoteOf({ payeeReceiveAmount: amount('15000'), ...more });
const json = (value: string, currency = 'XOF') => ({ value, currency });

const kept = (...parts: readonly object[]) => {
  const { transfer: read } = readAnswer(reply(200, record('WAITING', Object.assign({}, ...parts) as object)));
  if (!read) throw new Error('not read');
  return read;
};
const asked = (step: ConfirmationStep, parts: readonly object[], on = terms) =>
  toQuestion(kept(...parts), step, transfer(), on);

describe('a question of the scheme adapter', () => {
  it('about the party says who was found, and is open for as long as we say', () => {
    expect(asked('party', [found])).toEqual({
      is: 'needsConfirmation',
      reference: expect.any(String),
      references: [expect.any(String)],
      nextAction: {
        type: 'confirm',
        step: 'party',
        party: { name: 'Awa Demo', institution: 'payee-demo' },
        quote: null,
      },
      expiresAt: new Date(now.getTime() + 600_000),
    });
  });

  it('about the quote says the price, and is open until shortly before that expires', () => {
    expect(asked('quote', [found, quoted])).toMatchObject({
      nextAction: {
        step: 'quote',
        party: { name: 'Awa Demo' },
        quote: { sends: json('15000'), receives: json('14970'), fee: json('30'), commission: null },
      },
      expiresAt: new Date('2026-11-21T09:10:57.000Z'),
    });
  });

  it('about a long quote is open for no longer than we say', () => {
    const long = quoteOf({ expiration: '2026-11-22T09:11:00.000Z' });
    expect(asked('quote', [long])).toMatchObject({ expiresAt: new Date(now.getTime() + 600_000) });
  });

  it('about a conversion says what leaves us and what arrives', () => {
    expect(asked('conversion', [found, conversionOf('15000', '3150')])).toMatchObject({
      nextAction: {
        step: 'conversion',
        quote: { sends: json('15000'), receives: json('3150', 'KES'), fee: null, commission: null },
      },
      expiresAt: new Date('2026-11-21T09:10:42.000Z'),
    });
  });

  it('about a quote after a conversion ends with the first of both', () => {
    const abroad = quoteOf({
      transferAmount: amount('3150', 'KES'),
      payeeReceiveAmount: amount('3143.7', 'KES'),
      payeeFspFee: amount('6.3', 'KES'),
    });
    expect(asked('quote', [conversionOf('15000', '3150'), abroad])).toMatchObject({
      nextAction: {
        quote: { sends: json('15000'), receives: json('3143.70', 'KES'), fee: json('6.30', 'KES') },
      },
      expiresAt: new Date('2026-11-21T09:10:42.000Z'),
    });
  });

  it('names the payee as far as the answer does', () => {
    const party = (...parts: readonly object[]) => {
      const question = asked('party', parts);
      return question.is === 'misfit' ? question : question.nextAction.party;
    };
    expect(party({ to: { displayName: 'Awa', fspId: 'payee-demo' } })).toEqual({
      name: 'Awa',
      institution: 'payee-demo',
    });
    expect(party({ to: { firstName: 'Awa', lastName: 'Demo' } })).toEqual({
      name: 'Awa Demo',
      institution: null,
    });
    expect(party({ to: [{ displayName: 'Awa' }, { displayName: 'Ami' }] })).toBeNull();
    expect(party({})).toBeNull();
  });
});

describe('an offer', () => {
  it.each([
    ['of another amount', [quoteOf({ transferAmount: amount('30000') })], terms],
    ['of another currency', [quoteOf({ transferAmount: amount('15000', 'EUR') })], terms],
    ['of a currency that nobody knows', [quoteOf({ transferAmount: amount('15000', 'XTS') })], terms],
    ['with decimals that the currency lacks', [quoteOf({ transferAmount: amount('15000.5') })], terms],
    ['without an amount', [quoteOf({ transferAmount: undefined })], terms],
    ['without an end', [quoteOf({ expiration: undefined })], terms],
    ['that is not there', [], terms],
    ['of which too little arrives', [quoted], receiving],
    ['that sends another currency', [arriving({ transferAmount: amount('15000', 'KES') })], receiving],
    ['that sends more than we send at all', [arriving({ transferAmount: amount('100001') })], receiving],
    [
      'that exchanges another currency',
      [arriving({ transferAmount: amount('15000') }), conversionOf('15000', '15000', 'XOF', 'KES')],
      receiving,
    ],
    [
      'that exchanges more than we send at all',
      [arriving({ transferAmount: amount('3150', 'KES') }), conversionOf('100001', '3150', 'KES')],
      receiving,
    ],
    [
      'that exchanges another amount',
      [conversionOf('15001', '3150'), quoteOf({ transferAmount: amount('3150', 'KES') })],
      terms,
    ],
    [
      'that exchanges into another amount',
      [conversionOf('15000', '3150'), quoteOf({ transferAmount: amount('3151', 'KES') })],
      terms,
    ],
  ])('%s is for nobody to agree to', (_what, parts, on) => {
    expect(asked('quote', parts, on)).toMatchObject({ is: 'misfit', why: expect.any(String) });
  });

  it('of a conversion has to be one of what we send, where the amount is to arrive', () => {
    const price = arriving({ transferAmount: amount('15000') });
    expect(asked('conversion', [price, conversionOf('23', '15000', 'XOF', 'EUR')], receiving)).toMatchObject({
      is: 'misfit',
      why: 'another currency than asked for would be sent',
    });
  });

  it('that was let in once is none of a lowered limit', () => {
    const dear = arriving({ transferAmount: amount('100001') });
    expect(fits(kept(dear), transfer(), receiving)).toBe(true);
  });

  it('of a conversion has to be readable, and of the amount', () => {
    expect(asked('conversion', [])).toMatchObject({ is: 'misfit' });
    expect(asked('conversion', [conversionOf('15001', '3150')])).toMatchObject({ is: 'misfit' });
  });

  it.each([
    ['says so', { transferAmount: amount('15030'), payeeReceiveAmount: amount('15000') }],
    [
      'says it by what it keeps',
      { transferAmount: amount('15030'), payeeReceiveAmount: undefined, payeeFspFee: amount('30') },
    ],
    [
      'gives a part of it back',
      {
        transferAmount: amount('15020'),
        payeeReceiveAmount: undefined,
        payeeFspFee: amount('30'),
        payeeFspCommission: amount('10'),
      },
    ],
  ])('by which the payee gets exactly the amount fits, where the institution %s', (_what, price) => {
    expect(asked('quote', [quoteOf(price)], receiving)).toMatchObject({ is: 'needsConfirmation' });
  });
});

describe('the fee', () => {
  it.each([
    ['nothing beyond the amount', quoted, undefined],
    ['what left us beyond it', quoteOf({ transferAmount: amount('15030') }), xof('30')],
    ['nothing where it would be less', quoteOf({ transferAmount: amount('14990') }), undefined],
    ['nothing in another currency', quoteOf({ transferAmount: amount('15030', 'KES') }), undefined],
    ['nothing where there is no quote', {}, undefined],
  ])('is %s', (_what, part, fee) => {
    expect(feeOf(kept(part), transfer({ amount: Money.parse('15000', 'XOF') }))).toEqual(fee);
  });
});
