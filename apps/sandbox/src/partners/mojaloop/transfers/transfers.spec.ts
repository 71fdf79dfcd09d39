import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idIn, type MojaloopStage, openMojaloopStage, transferTo } from '../../../testing/mojaloop-stage.js';

let stage: MojaloopStage;
beforeAll(async () => {
  stage = await openMojaloopStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.control('DELETE', '/books'));

const fromScheme = { 'fspiop-source': 'payee-demo', 'fspiop-destination': 'banque-demo' };
const committed = { currentState: 'COMPLETED', fulfil: { body: { transferState: 'COMMITTED' } } };
const moved = async () => (await stage.books()).entries.length;

describe('a transfer', () => {
  it('stops at the party that was found', async () => {
    expect(await stage.start()).toMatchObject({
      status: 200,
      json: {
        transferId: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
        homeTransactionId: 'GW-1',
        direction: 'OUTBOUND',
        currentState: 'WAITING_FOR_PARTY_ACCEPTANCE',
        to: { fspId: 'payee-demo', displayName: 'Awa Demo', firstName: 'Awa', lastName: 'Demo' },
        getPartiesResponse: {
          body: { party: { partyIdInfo: { partyIdType: 'MSISDN', fspId: 'payee-demo' }, name: 'Awa Demo' } },
          headers: fromScheme,
        },
      },
    });
  });

  it('then stops at the price, with the fee inside what the payer sends', async () => {
    const id = idIn(await stage.start());
    expect(await stage.answer(id, { acceptParty: true })).toMatchObject({
      status: 200,
      json: {
        currentState: 'WAITING_FOR_QUOTE_ACCEPTANCE',
        quoteRequest: { body: { transactionId: id } },
        quoteResponse: {
          headers: fromScheme,
          body: {
            transferAmount: { currency: 'XOF', amount: '10000' },
            payeeReceiveAmount: { currency: 'XOF', amount: '9980' },
            payeeFspFee: { currency: 'XOF', amount: '20' },
            expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
            condition: expect.stringMatching(/^[\w-]{43}$/),
          },
        },
      },
    });
    expect(await moved()).toBe(0);
  });

  it('moves money at the yes to the price, and is in the books under our reference', async () => {
    const id = await stage.quoted();
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject({ status: 200, json: committed });
    expect(await stage.books()).toMatchObject({
      entries: [
        {
          reference: 'GW-1',
          partnerReference: id,
          receipt: id,
          kind: 'transfer',
          amount: '10000',
          change: '-10000',
          currency: 'XOF',
          party: '221770000001',
          state: 'succeeded',
        },
      ],
      balance: { currency: 'XOF', opening: '1000000', amount: '990000' },
    });
  });

  it('puts the fee on top where the payee is to get the amount', async () => {
    const id = await stage.quoted(transferTo('01', '10000', { amountType: 'RECEIVE' }));
    expect(await stage.answer(id, { acceptQuoteOrConversion: true })).toMatchObject({
      json: { quoteResponse: { body: { transferAmount: { amount: '10020' } } } },
    });
    expect(await stage.books()).toMatchObject({
      entries: [{ amount: '10000', change: '-10020' }],
      balance: { amount: '989980' },
    });
  });

  it('is answered the same, and moves no more, when the yes is repeated', async () => {
    const id = await stage.quoted();
    const first = await stage.answer(id, { acceptQuote: true });
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject({ status: 200, json: first.json });
    expect(await moved()).toBe(1);
  });

  it('moves twice when it is ordered twice', async () => {
    for (const times of [1, 2]) {
      await stage.answer(await stage.quoted(), { acceptQuote: true });
      expect(await moved()).toBe(times);
    }
  });

  it.each([
    ['a no to the party', false, { acceptParty: false }, 'Payee rejected by backend'],
    ['a no to the price', true, { acceptQuote: false }, 'Quote rejected by backend'],
    ['a yes to the wrong question', false, { acceptQuote: true }, 'Payee rejected by backend'],
  ])('ends with %s, and stays ended', async (_title, isQuoted, body, abortedReason) => {
    const id = isQuoted ? await stage.quoted() : idIn(await stage.start());
    const aborted = { status: 200, json: { currentState: 'ABORTED', abortedReason } };
    expect(await stage.answer(id, body)).toMatchObject(aborted);
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject(aborted);
    expect(await moved()).toBe(0);
  });

  it('begins at the price where the lookup is skipped and the institution is named', async () => {
    const to = { idType: 'MSISDN', idValue: '221770000001', fspId: 'payee-demo' };
    const skip = { skipPartyLookup: true };
    expect(await stage.start(transferTo('01', '100', { ...skip, to }))).toMatchObject({
      json: { currentState: 'WAITING_FOR_QUOTE_ACCEPTANCE' },
    });
    expect(await stage.start(transferTo('01', '100', skip))).toMatchObject({
      status: 500,
      json: { statusCode: '500', message: expect.stringContaining('fspId of to party') },
    });
  });

  it('cannot be continued when it is unknown, or named in no form', async () => {
    expect(await stage.answer('01K000000000000000000000ZZ', { acceptParty: true })).toEqual(
      expect.objectContaining({
        status: 500,
        json: {
          message: 'No cached data found for transferId: 01K000000000000000000000ZZ',
          statusCode: '500',
          transferState: {},
        },
      }),
    );
    expect(await stage.answer('7', { acceptParty: true })).toMatchObject({
      status: 400,
      json: { statusCode: 400, message: expect.stringMatching(/^must match pattern/) },
    });
  });
});

describe('two who say yes at once', () => {
  let slow: MojaloopStage;
  beforeAll(async () => {
    slow = await openMojaloopStage({ stageMs: 60_000, quoteLifetimeMs: 3_600_000 });
  });
  afterAll(() => slow.close());

  const calls = async () => {
    const { requests } = (await slow.control('GET', '/requests')).json as { requests: { count: number }[] };
    return requests.reduce((sum, { count }) => sum + count, 0);
  };
  /** Sends what `send` does, and lets a stage pass once so many calls have come in all. */
  const through = async <Result>(expected: number, send: () => Promise<Result>) => {
    const sent = send();
    while ((await calls()) < expected) await new Promise((resolve) => setTimeout(resolve, 2));
    await slow.clock('POST', '', { advanceMs: 60_000 });
    return sent;
  };

  it('both send the money', async () => {
    const id = idIn(await through(1, () => slow.start()));
    await through(2, () => slow.answer(id, { acceptParty: true }));
    const sayYes = () => slow.answer(id, { acceptQuote: true });
    const answers = await through(4, () => Promise.all([sayYes(), sayYes()]));
    for (const { json } of answers) expect(json).toMatchObject(committed);
    expect((await slow.books()).entries).toMatchObject([{ partnerReference: id }, { partnerReference: id }]);
  });
});

describe('a query', () => {
  it('answers all that is noted, with what the switch says', async () => {
    const id = await stage.quoted();
    await stage.answer(id, { acceptQuote: true });
    expect(await stage.query(id)).toMatchObject({
      status: 200,
      json: { ...committed, transferId: id, homeTransactionId: 'GW-1', quoteResponse: {} },
    });
  });

  it('spoils a transfer that waits for an answer: the yes then does nothing', async () => {
    const id = await stage.quoted();
    expect(await stage.query(id)).toMatchObject({
      status: 500,
      json: {
        statusCode: '3208',
        transferState: {
          currentState: 'ERROR_OCCURRED',
          lastError: { mojaloopError: { errorInformation: { errorCode: '3208' } } },
        },
      },
    });
    expect(await stage.answer(id, { acceptQuote: true })).toMatchObject({ status: 204, text: '' });
    expect(await moved()).toBe(0);
  });

  it('answers 3208 of an id that nobody has, and 400 of what is none', async () => {
    expect(await stage.query('01K000000000000000000000ZY')).toMatchObject({
      status: 500,
      json: { statusCode: '3208' },
    });
    expect((await stage.query('seven')).status).toBe(400);
  });
});

describe('without stops', () => {
  it('moves money by the order alone, or after the yes to the price', async () => {
    const automatic = await openMojaloopStage({ autoAcceptParty: true, autoAcceptQuotes: true });
    expect(await automatic.start()).toMatchObject({ status: 200, json: committed });
    expect((await automatic.books()).entries).toHaveLength(1);
    await automatic.close();
    const half = await openMojaloopStage({ autoAcceptParty: true });
    const stopped = await half.start();
    expect(stopped).toMatchObject({ json: { currentState: 'WAITING_FOR_QUOTE_ACCEPTANCE' } });
    expect(await half.answer(idIn(stopped), { acceptQuote: true })).toMatchObject({ json: committed });
    await half.close();
  });
});

describe('a malformed request', () => {
  it.each([
    ['a zero at the end of the amount', transferTo('01', '10.50'), /^must match pattern/],
    ['a field that is not described', transferTo('01', '1', { colour: 'red' }), /additional properties/],
    ['an id of the caller', transferTo('01', '1', { transferId: crypto.randomUUID() }), /additional/],
    ['another transaction type', transferTo('01', '1', { transactionType: 'PAYMENT' }), /allowed values/],
    ['an accent in the shown name', withName('Aïssatou'), /^must match pattern/],
    ['a currency that the list lacks', transferTo('01', '1', { currency: 'MRU' }), /allowed values/],
    ['two wrong fields', transferTo('01', '1,5', { note: '' }), /^Request failed validation \[/],
    ['nothing', {}, /required property/],
  ])('with %s is 400 with a number', async (_title, body, message) => {
    expect(await stage.start(body)).toMatchObject({
      status: 400,
      json: { statusCode: 400, message: expect.stringMatching(message) },
    });
  });

  it('is 404 where it is no JSON, 400 where there is no such path or not one answer', async () => {
    expect(await stage.start('{')).toMatchObject({ status: 404, text: 'Not Found' });
    expect(await stage.mojaloop('GET', '/nowhere?at=all')).toMatchObject({
      status: 400,
      json: { message: "Couldn't match path /nowhere", statusCode: 400 },
    });
    const id = idIn(await stage.start());
    expect((await stage.answer(id, { acceptParty: true, acceptQuote: true })).status).toBe(400);
    expect((await stage.answer(id, { acceptParty: 'yes' })).status).toBe(400);
    expect((await stage.mojaloop('GET', '/')).status).toBe(200);
  });

  it('takes a number for an amount', async () => {
    expect(await stage.start(transferTo('01', '1', { amount: 12 }))).toMatchObject({
      json: { amount: '12' },
    });
  });
});

describe('a fault', () => {
  it('speaks in the words of a scheme adapter, and tells nothing of the transfer', async () => {
    await stage.control('PUT', '/faults', [{ fault: 'error-5xx', count: 1 }]);
    expect(await stage.start()).toMatchObject({
      status: 503,
      json: { message: 'Internal Server Error', statusCode: '503' },
    });
    const id = await stage.quoted();
    await stage.control('PUT', '/faults', [{ fault: 'error-5xx-after-acting', count: 1 }]);
    expect((await stage.answer(id, { acceptQuote: true })).json).not.toHaveProperty('transferState');
    expect(await moved()).toBe(1);
  });
});

function withName(displayName: string) {
  return transferTo('01', '1', { from: { idType: 'MSISDN', idValue: '221770000900', displayName } });
}
