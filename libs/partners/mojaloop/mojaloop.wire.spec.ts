import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUnreadable } from '#partner-kit';
import { errorOf, found, fulfilled, quoted, record, reply, trouble } from './fixtures/stage.js';
import { decide, decideEnquiry } from './mojaloop.mapper.js';
import { readAnswer, readLookup } from './mojaloop.wire.js';

const kept = (parts: object) => readAnswer(reply(200, record('COMPLETED', parts))).transfer;

describe('a record of the scheme adapter', () => {
  it('is read for what decides', () => {
    expect(kept({ ...found, ...quoted, ...fulfilled('COMMITTED'), ...errorOf('5105') })).toMatchObject({
      isEmpty: false,
      payee: { name: 'Awa Demo', fspId: 'payee-demo' },
      hasQuote: true,
      quote: { transferAmount: { amount: '15000', currency: 'XOF' } },
      transferState: 'COMMITTED',
      error: { errorCode: '5105' },
    });
  });

  it('may hold JSON texts in the place of objects', () => {
    const { body } = quoted.quoteResponse;
    const parts = {
      quoteResponse: { body: JSON.stringify(body), headers: {} },
      fulfil: JSON.stringify(fulfilled('RESERVED').fulfil),
      lastError: JSON.stringify(errorOf('4001').lastError),
      getPartiesResponse: { body: JSON.stringify(found.getPartiesResponse.body) },
    };
    expect(kept(parts)).toMatchObject({
      quote: { transferAmount: { amount: '15000' } },
      transferState: 'RESERVED',
      error: { errorCode: '4001' },
      payee: { name: 'Awa Demo' },
    });
  });

  it('may hold numbers in the place of texts', () => {
    const numbers = {
      quoteResponse: {
        body: { ...quoted.quoteResponse.body, transferAmount: { amount: 15000, currency: 'XOF' } },
      },
    };
    expect(kept(numbers)?.quote?.transferAmount.amount).toBe('15000');
  });

  it.each([
    ['an exchange under its real name', 'fxQuoteResponse'],
    ['an exchange under the name of the description', 'fxQuotesResponse'],
  ])('may hold %s', (_what, name) => {
    const amount = { amount: '1', currency: 'XOF' };
    const conversionTerms = {
      sourceAmount: amount,
      targetAmount: amount,
      expiration: '2026-11-21T09:11:00.000+00:00',
    };
    expect(kept({ [name]: { body: { conversionTerms } } })?.conversion?.sourceAmount).toMatchObject(amount);
  });

  it('without a payee, a price or an end has none', () => {
    expect(kept({})).toMatchObject({
      ...{ payee: null, hasQuote: false, quote: null, conversion: null },
      ...{ transferState: null, error: null, abortedReason: null },
    });
  });

  it('has a price that was answered, be it unreadable', () => {
    for (const quoteResponse of ['soon', 7, [], { body: null }, { body: { errorInformation: {} } }]) {
      expect(kept({ quoteResponse })).toMatchObject({ hasQuote: true, quote: null });
    }
  });
});

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.record({ body: fc.jsonValue({ maxDepth: 2 }) }),
  fc.record({ body: fc.record({ transferState: fc.constantFrom('RESERVED', 'ABORTED', 'OTHER', '') }) }),
);
const oddRecord = fc.record(
  {
    transferId: anything,
    currentState: fc.oneof(anything, fc.constantFrom('COMPLETED', 'ABORTED', 'WAITING_FOR_QUOTE_ACCEPTANCE')),
    abortedReason: anything,
    to: anything,
    getPartiesResponse: anything,
    quoteResponse: anything,
    fxQuoteResponse: anything,
    fulfil: anything,
    lastError: anything,
  },
  { requiredKeys: [] },
);
const oddAnswer = fc.oneof(
  oddRecord.map((odd) => reply(200, odd)),
  fc
    .tuple(fc.constantFrom(400, 404, 500, 504), fc.constantFrom('3204', '3208', '504', 'x'), oddRecord)
    .map(([status, code, odd]) => trouble(status, code, 'odd', odd)),
  fc
    .tuple(fc.constantFrom(200, 204, 400, 500, 503), fc.string())
    .map(([status, text]) => reply(status, text)),
);

describe('an answer of whatever form', () => {
  it('is unreadable, or says anything but that money has moved', () => {
    fc.assert(
      fc.property(oddAnswer, (odd) => {
        try {
          const answer = readAnswer(odd);
          for (const { is } of [decide(answer), decideEnquiry(answer)]) expect(is).not.toBe('succeeded');
        } catch (error) {
          if (!isUnreadable(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('to a lookup is an answer or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          oddAnswer,
          anything.map((party) => reply(200, { party })),
        ),
        (odd) => {
          readLookup(odd);
        },
      ),
      { numRuns: 500 },
    );
  });
});
