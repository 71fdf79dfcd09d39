import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idIn, type MojaloopStage, openMojaloopStage, transferTo } from '../../testing/mojaloop-stage.js';

let stage: MojaloopStage;
beforeAll(async () => {
  stage = await openMojaloopStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('DELETE', '/books');
  await stage.clock('DELETE', '');
});

const moved = async () => (await stage.books()).entries.length;
const later = () => stage.clock('POST', '', { advanceMs: 600_020 });
const stateOf = async (id: string) =>
  ((await stage.query(id)).json as { fulfil?: { body: { transferState: string } } }).fulfil?.body
    .transferState;
const codeOf = async (id: string) => ((await stage.query(id)).json as { statusCode?: string }).statusCode;
/** The digits' transfer, accepted to the end. */
const pay = async (digits: string) => {
  const id = await stage.quoted(transferTo(digits));
  return { id, reply: await stage.answer(id, { acceptQuote: true }) };
};
const error = (status: number, statusCode: string, message: string) => ({
  status,
  json: {
    statusCode,
    message: expect.stringMatching(new RegExp(`^${message}`)),
    transferState: { currentState: 'ERROR_OCCURRED' },
  },
});

describe('the lookup', () => {
  it.each([
    ['02', 500, '3204', 'Got an error response resolving party'],
    ['03', 504, '504', 'Timeout resolving payee'],
    ['04', 500, '500', 'Error resolving payee'],
  ])('of …%s ends %i %s', async (digits, status, code, message) => {
    const reply = await stage.start(transferTo(digits));
    expect(reply).toMatchObject(error(status, code, message));
    const { transferId } = (reply.json as { transferState: { transferId: string } }).transferState;
    expect((await stage.answer(transferId, { acceptParty: true })).status).toBe(204);
  });

  it('finds …05 without a name and …06 with accents', async () => {
    const party = async (digits: string) =>
      ((await stage.start(transferTo(digits))).json as { getPartiesResponse: { body: { party: object } } })
        .getPartiesResponse.body.party;
    expect(await party('05')).not.toHaveProperty('name');
    expect(await party('06')).toMatchObject({
      name: "Aissatou N'Diaye",
      personalInfo: { complexName: { firstName: 'Aïssatou', lastName: "N'Diaye" } },
    });
  });
});

describe('the quote', () => {
  const price = async (digits: string) => {
    const id = idIn(await stage.start(transferTo(digits)));
    return { id, reply: await stage.answer(id, { acceptParty: true }) };
  };

  it.each([
    ['11', 500, '5103', 'Got an error response requesting quote'],
    ['12', 500, '5200', 'Got an error response requesting quote'],
    ['13', 500, '5400', 'Got an error response requesting quote'],
    ['14', 504, '504', 'Timeout requesting quote'],
    ['19', 500, '5106', 'Got an error response requesting quote'],
  ])('for …%s ends %i %s', async (digits, status, code, message) => {
    expect((await price(digits)).reply).toMatchObject(error(status, code, message));
  });

  it.each([
    ['15', { transferAmount: { currency: 'XOF', amount: '20000' } }],
    ['16', { transferAmount: { currency: 'EUR', amount: '10000' } }],
  ])('for …%s is not what was asked for', async (digits, body) => {
    expect((await price(digits)).reply).toMatchObject({ json: { quoteResponse: { body } } });
  });

  it('for …18 says no more than it must', async () => {
    const { quoteResponse } = (await price('18')).reply.json as { quoteResponse: { body: object } };
    expect(Object.keys(quoteResponse.body).sort()).toEqual([
      'condition',
      'expiration',
      'ilpPacket',
      'transferAmount',
    ]);
  });

  it('for …17 is soon too old, as any other is in the end', async () => {
    const refused = error(500, '3302', 'Got an error response preparing transfer');
    for (const [digits, advanceMs] of [
      ['17', 1_001],
      ['01', 60_001],
    ] as const) {
      const { id } = await price(digits);
      await stage.clock('POST', '', { advanceMs });
      expect(await stage.answer(id, { acceptQuote: true })).toMatchObject(refused);
      expect(await stateOf(id)).toBe('ABORTED');
    }
    expect(await moved()).toBe(0);
  });
});

describe('the transfer', () => {
  it.each([
    ['21', '4001'],
    ['22', '3303'],
    ['23', '5105'],
    ['24', '5209'],
  ])('to …%s is refused: %s', async (digits, code) => {
    const { id, reply } = await pay(digits);
    expect(reply).toMatchObject(error(500, code, 'Got an error response preparing transfer'));
    expect(await stateOf(id)).toBe('ABORTED');
    expect(await moved()).toBe(0);
  });

  it('beyond the position is refused: 4001', async () => {
    const id = await stage.quoted(transferTo('01', '1000001'));
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject({ json: { statusCode: '4001' } });
  });

  it.each([
    ['31', 'COMMITTED', 1],
    ['32', 'ABORTED', 0],
  ])('to …%s is not answered in time, and %s later', async (digits, end, entries) => {
    const { id, reply } = await pay(digits);
    expect(reply).toMatchObject(error(504, '504', 'Timeout waiting for fulfil'));
    expect(await stateOf(id)).toBe('RESERVED');
    await later();
    expect(await stateOf(id)).toBe(end);
    expect(await moved()).toBe(entries);
  });

  it.each([
    ['33', 'COMMITTED', 1],
    ['34', 'ABORTED', 0],
    ['35', 'RESERVED', 0],
  ])('to …%s is completed but only RESERVED, then %s', async (digits, end, entries) => {
    const { id, reply } = await pay(digits);
    expect(reply).toMatchObject({
      status: 200,
      json: { currentState: 'COMPLETED', fulfil: { body: { transferState: 'RESERVED' } } },
    });
    await later();
    expect(await stateOf(id)).toBe(end);
    expect(await moved()).toBe(entries);
  });

  it('to …36 never arrives at the switch', async () => {
    const { id, reply } = await pay('36');
    expect(reply).toMatchObject({ status: 504 });
    expect(await codeOf(id)).toBe('3208');
  });

  it('to …37 is paid unheard, and so is the first question', async () => {
    const { id, reply } = await pay('37');
    expect(reply).toMatchObject({ status: 504 });
    expect(await codeOf(id)).toBe('504');
    expect(await stateOf(id)).toBe('COMMITTED');
    expect(await moved()).toBe(1);
  });

  it.each([
    ['38', 'Cannot read properties of undefined', 'ABORTED', 0],
    ['39', 'Invalid fulfilment received', 'COMMITTED', 1],
  ])('to …%s breaks the scheme adapter after its fulfil', async (digits, message, transferState, entries) => {
    const { id, reply } = await pay(digits);
    expect(reply).toMatchObject(error(500, '500', message));
    expect(reply).toMatchObject({ json: { transferState: { fulfil: { body: { transferState } } } } });
    expect(await stateOf(id)).toBe(transferState);
    expect(await moved()).toBe(entries);
  });

  it('to …40 is called modified, yet paid', async () => {
    const { id, reply } = await pay('40');
    expect(reply).toMatchObject(error(500, '3106', 'Got an error response preparing transfer'));
    expect(await stateOf(id)).toBe('COMMITTED');
    expect(await moved()).toBe(1);
  });

  it.each([
    ['41', 'Request failed with status code 500', 0],
    ['42', 'Request failed with status code 500', 1],
    ['43', 'socket hang up', 1],
    ['44', 'Request failed with status code 400', 0],
  ])('to …%s fails on the way to the switch: %s', async (digits, message, entries) => {
    const { id, reply } = await pay(digits);
    expect(reply).toMatchObject(error(500, '500', message));
    expect(reply).not.toMatchObject({ json: { transferState: { prepare: {} } } });
    expect(await moved()).toBe(entries);
    expect(entries === 1 ? await stateOf(id) : await codeOf(id)).toBe(entries === 1 ? 'COMMITTED' : '3208');
  });
});

describe('a payee abroad', () => {
  const abroad = (more: object = {}) => transferTo('51', '10000', { ...more });
  const conversion = (currentState: string, sourceAmount: string, targetAmount: string) => ({
    json: {
      currentState,
      needFx: true,
      fxQuoteResponse: {
        body: {
          conversionTerms: {
            sourceAmount: { currency: 'XOF', amount: sourceAmount },
            targetAmount: { currency: 'KES', amount: targetAmount },
          },
        },
      },
    },
  });

  it('is asked for conversion first where the payer’s amount is given', async () => {
    const id = idIn(await stage.start(abroad()));
    expect(await stage.answer(id, { acceptParty: true })).toMatchObject(
      conversion('WAITING_FOR_CONVERSION_ACCEPTANCE', '10000', '2100'),
    );
    expect(await stage.answer(id, { acceptConversion: true })).toMatchObject({
      json: {
        currentState: 'WAITING_FOR_QUOTE_ACCEPTANCE',
        quoteResponse: {
          body: {
            transferAmount: { currency: 'KES', amount: '2100' },
            payeeReceiveAmount: { currency: 'KES', amount: '2095.8' },
          },
        },
      },
    });
    await stage.answer(id, { acceptQuote: true });
    expect(await stage.books()).toMatchObject({
      entries: [{ amount: '10000', currency: 'XOF', change: '-10000' }],
      balance: { amount: '990000' },
    });
  });

  it('is asked for the price first where the payee’s amount is given', async () => {
    const id = await stage.quoted(abroad({ amountType: 'RECEIVE', currency: 'KES', amount: '2100.5' }));
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject(
      conversion('WAITING_FOR_CONVERSION_ACCEPTANCE', '10023', '2104.7'),
    );
    expect(await stage.answer(id, { acceptConversion: true })).toMatchObject({
      json: { currentState: 'COMPLETED', fulfil: { body: { transferState: 'COMMITTED' } } },
    });
    expect(await stage.books()).toMatchObject({
      entries: [{ amount: '2100.5', currency: 'KES', change: '-10023' }],
    });
  });

  it('is not paid after a no to the conversion, or when nobody converts', async () => {
    const id = idIn(await stage.start(abroad()));
    await stage.answer(id, { acceptParty: true });
    expect(await stage.answer(id, { acceptConversion: false })).toMatchObject({
      json: { currentState: 'ABORTED', abortedReason: 'FX quote rejected by backend' },
    });
    const dollars = idIn(await stage.start(transferTo('01', '10', { currency: 'USD' })));
    expect(await stage.answer(dollars, { acceptParty: true })).toMatchObject({
      status: 500,
      json: { message: 'No FX provider detected' },
    });
    expect(await moved()).toBe(0);
  });

  it('…52 gets no price for the conversion, …53 no answer to the exchange', async () => {
    const silent = error(500, '500', 'Timeout error in subscribeToOneMessageWithTimer');
    const unpriced = idIn(await stage.start(transferTo('52')));
    expect(await stage.answer(unpriced, { acceptParty: true })).toMatchObject(silent);
    const id = await stage.quoted(transferTo('53'));
    await stage.answer(id, { acceptConversion: true });
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject(silent);
    expect(await codeOf(id)).toBe('3208');
  });
});
