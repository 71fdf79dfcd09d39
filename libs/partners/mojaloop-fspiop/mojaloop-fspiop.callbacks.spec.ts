import { describe, expect, it } from '@jest/globals';
import {
  type Notice,
  type RawCallback,
  type SubmittedOrder,
  UnmappedAnswer,
  UnreadableCallback,
} from '#partner-kit';
import {
  agreed,
  callback,
  CONDITION,
  error,
  found,
  FULFILMENT,
  now,
  order,
  party,
  quoted,
  stage,
} from './fixtures/stage.js';
import { quoteIdOf, transferIdOf } from './mojaloop-fspiop.requests.js';

const callbacksOf = (settings: object = {}) => {
  const { callbacks } = stage({ status: 202 }, settings).adapter;
  if (!callbacks) throw new Error('it takes no callbacks');
  return callbacks;
};
const read = (raw: RawCallback, settings: object = {}): Notice => {
  const [notice] = callbacksOf(settings).read(raw);
  if (!notice) throw new Error('it says nothing');
  return notice;
};
const meaning = (raw: RawCallback, of: SubmittedOrder, settings: object = {}) => {
  const notice = read(raw, settings);
  if (notice.is !== 'reply') throw new Error('it is no reply');
  return notice.outcomeFor(of);
};

const PARTIES = 'parties/MSISDN/221770000701';
const QUOTE = `quotes/${quoteIdOf(order())}`;
const TRANSFER = `transfers/${transferIdOf(order())}`;
const found701 = { party: { partyIdInfo: { fspId: 'payee-demo' }, name: 'Awa Demo' } };
const money = (amount: string) => ({ currency: 'XOF', amount });
const quote = (more: object = {}) => ({
  transferAmount: money('15000'),
  payeeReceiveAmount: money('14970'),
  payeeFspFee: money('30'),
  expiration: '2026-11-21T09:11:00.000Z',
  ilpPacket: agreed.ilpPacket,
  condition: CONDITION,
  ...more,
});
/** The same, as somebody else says it. */
const from = (source: string, raw: RawCallback): RawCallback => ({
  ...raw,
  headers: { ...raw.headers, 'fspiop-source': source },
});
const puzzle = { is: 'unknown', cause: expect.any(UnmappedAnswer) as unknown };
const at = (iso: string): Partial<RawCallback> => ({
  receivedAt: new Date(iso),
  headers: { 'fspiop-source': 'switch', date: new Date(iso).toUTCString() },
});

describe('the answer to a lookup', () => {
  it('is about whoever awaits it, and asks whether this is whom to pay', () => {
    expect(read(callback(PARTIES, found701))).toMatchObject({ is: 'reply', about: { topic: PARTIES } });
    expect(meaning(callback(PARTIES, found701), order())).toMatchObject({
      is: 'needsConfirmation',
      reference: transferIdOf(order()),
      nextAction: { step: 'party', party: { name: 'Awa Demo', institution: 'payee-demo' }, quote: null },
      expiresAt: new Date('2026-11-21T09:20:00.000Z'),
      memo: { party },
    });
  });

  it('comes from the institution that it names, or from the switch', () => {
    const raw = callback(PARTIES, found701);
    expect(meaning(from('switch', raw), order())).toMatchObject({ is: 'needsConfirmation' });
    const hub = { switchNames: ['Hub'] };
    expect(meaning(from('Hub', raw), order(), hub)).toMatchObject({ is: 'needsConfirmation' });
    expect(meaning(from('switch', raw), order(), hub)).toMatchObject({ is: 'needsConfirmation' });
    expect(meaning(from('Hub', raw), order())).toMatchObject(puzzle);
    expect(meaning(from('stranger', raw), order())).toMatchObject(puzzle);
    expect(meaning(from('stranger', raw), order({ memo: found }))).toBeNull();
  });

  it('is of a step that lies behind, once the payee is known', () => {
    expect(meaning(callback(PARTIES, found701), order({ memo: found }))).toBeNull();
    expect(meaning(callback(`${PARTIES}/error`, error('3204')), order({ memo: quoted }))).toBeNull();
  });

  it('is a no where nobody is found, or nobody can say where', () => {
    expect(meaning(callback(`${PARTIES}/error`, error('3204')), order())).toEqual({
      is: 'declined',
      reason: 'invalid_party',
      partner: { code: '3204', message: 'payee ••• says no' },
      moneyMoved: 'no',
    });
    const nowhere = { party: { partyIdInfo: {} } };
    expect(meaning(callback(PARTIES, nowhere), order())).toMatchObject({ partner: { code: 'party-misfit' } });
  });
});

describe('the answer to a quote', () => {
  it('is the price, with what has to be sent back word by word', () => {
    expect(meaning(callback(QUOTE, quote()), order({ memo: found }))).toMatchObject({
      is: 'needsConfirmation',
      nextAction: {
        step: 'quote',
        party: { name: 'Awa Demo' },
        quote: { sends: { value: '15000' }, receives: { value: '14970' }, fee: { value: '30' } },
      },
      expiresAt: new Date('2026-11-21T09:10:57.000Z'),
      memo: quoted,
    });
  });

  it('counts once, after the payee and before the transfer', () => {
    expect(meaning(callback(QUOTE, quote()), order())).toBeNull();
    expect(meaning(callback(QUOTE, quote()), order({ memo: quoted }))).toBeNull();
    expect(meaning(callback(`${QUOTE}/error`, error('5103')), order({ memo: quoted }))).toBeNull();
    expect(meaning(callback(`${QUOTE}/error`, error('5103')), order({ memo: found }))).toMatchObject({
      is: 'declined',
    });
  });

  it.each([
    ['twice the amount', { transferAmount: money('30000') }, {}],
    ['another currency', { transferAmount: { currency: 'KES', amount: '15000' } }, {}],
    ['no currency', { transferAmount: { currency: 'XXX', amount: '15000' } }, {}],
    ['less for the payee than was to arrive', {}, { amountType: 'RECEIVE' }],
    ['less for the payee, without saying so', { payeeReceiveAmount: undefined }, { amountType: 'RECEIVE' }],
    [
      'money that is exchanged',
      { transferAmount: { currency: 'KES', amount: '15000' }, payeeReceiveAmount: money('15000') },
      { amountType: 'RECEIVE' },
    ],
    [
      'more than we send at all',
      { transferAmount: money('10000001'), payeeReceiveAmount: money('15000') },
      { amountType: 'RECEIVE' },
    ],
  ])('is turned down where it is of %s', (_, more, settings) => {
    expect(meaning(callback(QUOTE, quote(more)), order({ memo: found }), settings)).toMatchObject({
      is: 'declined',
      partner: { code: 'quote-misfit' },
      moneyMoved: 'no',
    });
  });

  it('says what arrives also by what is sent and kept of it', () => {
    const raw = callback(QUOTE, quote({ transferAmount: money('15030'), payeeReceiveAmount: undefined }));
    expect(meaning(raw, order({ memo: found }), { amountType: 'RECEIVE' })).toMatchObject({
      is: 'needsConfirmation',
      nextAction: { quote: { sends: { value: '15030' }, receives: null, fee: { value: '30' } } },
    });
  });

  it('comes from the payee’s own institution, or somebody looks', () => {
    const raw = callback(QUOTE, quote(), { headers: { 'fspiop-source': 'another-fsp' } });
    expect(meaning(raw, order({ memo: found }))).toMatchObject(puzzle);
  });

  it('is a no only from there, or from the switch', () => {
    const raw = callback(`${QUOTE}/error`, error('5103'));
    expect(meaning(from('switch', raw), order({ memo: found }))).toMatchObject({ is: 'declined' });
    expect(meaning(from('stranger', raw), order({ memo: found }))).toMatchObject(puzzle);
  });
});

describe('the answer to a transfer', () => {
  const committed = { transferState: 'COMMITTED', fulfilment: FULFILMENT };

  it('is paid where the fulfilment fits the condition', () => {
    expect(meaning(callback(TRANSFER, committed), order({ memo: quoted }))).toMatchObject({
      is: 'succeeded',
      receipt: transferIdOf(order()),
    });
  });

  it('tells what it cost beyond the amount', () => {
    const memo = { party, quote: { ...agreed, transferAmount: money('15030') } };
    const outcome = meaning(callback(TRANSFER, committed), order({ memo }));
    expect(outcome?.is === 'succeeded' && outcome.fee?.toDecimal()).toBe('30');
  });

  it.each([
    ['another fulfilment', { ...committed, fulfilment: CONDITION }, quoted],
    ['none', { transferState: 'COMMITTED' }, quoted],
    ['a transfer that was never agreed upon', committed, found],
    ['a word that nobody knows', { transferState: 'SUSPENDED' }, quoted],
  ])('is not believed, and alerts, with %s', (_, body, memo) => {
    expect(meaning(callback(TRANSFER, body), order({ memo }))).toMatchObject({
      is: 'unknown',
      cause: expect.any(UnmappedAnswer),
    });
  });

  it.each([
    ['RESERVED', 'pending'],
    ['RECEIVED', 'pending'],
    ['ABORTED', 'declined'],
  ])('%s is %s', (transferState, is) => {
    expect(meaning(callback(TRANSFER, { transferState }), order({ memo: quoted }))).toMatchObject({ is });
  });

  it.each([
    ['4001', 'declined'],
    ['5299', 'declined'],
    ['2001', 'unknown'],
    ['1001', 'unknown'],
    ['3106', 'unknown'],
    // As well of a question of ours about it, which says nothing of the money.
    ['3000', 'unknown'],
    ['3105', 'unknown'],
    ['3201', 'unknown'],
    ['3303', 'declined'],
  ])('with the error %s is %s', (code, is) => {
    const raw = callback(`${TRANSFER}/error`, error(code));
    expect(meaning(raw, order({ memo: quoted }))).toMatchObject({ is });
    expect(meaning(raw, order({ memo: found }))).toBeNull();
  });
});

describe('a transfer of which a stranger speaks', () => {
  const of = order({ memo: quoted });
  const aborted = callback(TRANSFER, { transferState: 'ABORTED' });

  it('is not ended: whoever has no part in it moves nothing', () => {
    expect(meaning(from('switch', aborted), of)).toMatchObject({ is: 'declined', moneyMoved: 'no' });
    expect(meaning(from('stranger', aborted), of)).toMatchObject(puzzle);
    const reserved = callback(TRANSFER, { transferState: 'RESERVED' });
    expect(meaning(from('stranger', reserved), of)).toMatchObject(puzzle);
    for (const code of ['5105', '4001', '3303', '3208', '2001'])
      expect(meaning(from('stranger', callback(`${TRANSFER}/error`, error(code))), of)).toMatchObject(puzzle);
  });

  it('is paid all the same where the fulfilment proves it', () => {
    const committed = callback(TRANSFER, { transferState: 'COMMITTED', fulfilment: FULFILMENT });
    expect(meaning(from('stranger', committed), of)).toMatchObject({ is: 'succeeded' });
  });
});

describe('a transfer that the switch does not know', () => {
  const error3208 = (iso: string) => callback(`${TRANSFER}/error`, error('3208'), at(iso));

  it('answers an enquiry of ours', () => {
    expect(read(error3208('2026-11-21T09:10:00Z'))).toMatchObject({ answersEnquiry: transferIdOf(order()) });
  });

  it.each([
    ['2026-11-21T09:11:00Z', { is: 'notFound' }],
    ['2026-11-21T09:12:50Z', { is: 'notFound' }],
    ['2026-11-21T09:13:10Z', { is: 'declined', reason: 'expired', moneyMoved: 'unknown' }],
    ['2026-11-21T09:16:00Z', { is: 'declined', reason: 'expired', moneyMoved: 'no' }],
  ])('said at %s of one that expires at 09:11:57, is %j', (iso, outcome) => {
    expect(meaning(error3208(iso), order({ memo: quoted }))).toMatchObject(outcome);
  });

  it('is as old as the switch says, however late that is heard', () => {
    const late = { ...error3208('2026-11-21T09:11:00Z'), receivedAt: new Date('2026-11-21T10:00:00Z') };
    expect(meaning(late, order({ memo: quoted }))).toMatchObject({ is: 'notFound' });
  });
});

describe('a callback where nothing is signed', () => {
  const verdict = (headers: Readonly<Record<string, string>>) =>
    callbacksOf().verify(callback(PARTIES, found701, { headers })).is;
  const usual = callback(PARTIES, found701).headers;

  it('is as good as the door that it comes by', () => {
    expect(callbacksOf().strength).toBe('mutual_tls');
    expect(verdict(usual)).toBe('authentic');
  });

  it('is for us, and names who says it', () => {
    expect(verdict({ ...usual, 'fspiop-destination': 'another-bank' })).toBe('forged');
    expect(verdict({ date: now.toUTCString() })).toBe('forged');
  });

  it('is of these minutes, or an operator looks', () => {
    expect(verdict({ ...usual, date: 'Sat, 21 Nov 2026 08:10:00 GMT' })).toBe('doubtful');
    expect(verdict({ 'fspiop-source': 'payee-demo' })).toBe('doubtful');
  });

  it.each(['parties', 'fxQuotes/1', 'participants/MSISDN/1', ''])('to %j is unreadable', (path) => {
    expect(() => read(callback(path, found701))).toThrow(UnreadableCallback);
  });

  it('is unreadable where it is no PUT', () => {
    expect(() => read(callback(PARTIES, found701, { method: 'POST' }))).toThrow(UnreadableCallback);
  });
});
