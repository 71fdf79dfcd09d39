import { describe, expect, it } from '@jest/globals';
import {
  type Disbursements,
  NoAnswer,
  NotReached,
  NotThereYet,
  type Reply,
  UnmappedAnswer,
} from '#partner-kit';
import { MemorySightings } from '#partner-kit/testing';
import {
  errorOf,
  found,
  fulfilled,
  has,
  mojaloopOver,
  quoted,
  quoteOf,
  record,
  reply,
  ScriptedHttp,
  submitted,
  transfer,
  TRANSFER_ID,
  trouble,
  xof,
} from './fixtures/stage.js';

const stage = (...answers: ConstructorParameters<typeof ScriptedHttp>) => {
  const http = new ScriptedHttp(...answers);
  return { http, payouts: has(mojaloopOver(http).disbursements) };
};
const waiting = (step: string, more: object = {}) =>
  reply(200, record(`WAITING_FOR_${step}_ACCEPTANCE`, more));
const asksForPrice = waiting('QUOTE', { ...found, ...quoted });
const committed = (more: object = quoted) =>
  reply(200, record('COMPLETED', { ...more, ...fulfilled('COMMITTED') }));
const doubled = quoteOf({ transferAmount: { amount: '30000', currency: 'XOF' } });

const yes = (flag: string) => `PUT /transfers/${TRANSFER_ID} {"${flag}":true}`;
const ask = `GET /transfers/${TRANSFER_ID}`;
const named = { reference: TRANSFER_ID, references: [TRANSFER_ID] };

describe('paying out', () => {
  it('asks the party, then the price, and moves with the last yes', async () => {
    const { http, payouts } = stage(
      waiting('PARTY', found),
      waiting('QUOTE', { ...found, ...quoted }),
      committed(),
    );
    expect(await payouts.disburse(transfer())).toMatchObject({ ...named, nextAction: { step: 'party' } });
    expect(await payouts.confirm?.(submitted(), 'party')).toMatchObject({ nextAction: { step: 'quote' } });
    expect(await payouts.confirm?.(submitted(), 'quote')).toEqual({
      is: 'succeeded',
      ...named,
      receipt: TRANSFER_ID,
    });
    expect(http.asked.slice(1)).toEqual([yes('acceptParty'), yes('acceptQuote')]);
    expect(http.bodyOf(0)).toMatchObject({ amount: '15000', currency: 'XOF', amountType: 'SEND' });
  });

  it('says yes to a conversion by its own word', async () => {
    const { http, payouts } = stage(waiting('QUOTE', quoted));
    expect(await payouts.confirm?.(submitted(), 'conversion')).toMatchObject({
      nextAction: { step: 'quote' },
    });
    expect(http.asked).toEqual([yes('acceptConversion')]);
  });

  it('declines where the price is not of what was asked for, and says nothing', async () => {
    const { http, payouts } = stage(waiting('QUOTE', doubled));
    expect(await payouts.confirm?.(submitted(), 'party')).toEqual({
      is: 'declined',
      ...named,
      reason: 'partner_rejected',
      partner: { code: 'quote-misfit', message: 'another amount than asked for would be sent' },
      moneyMoved: 'no',
    });
    expect(http.asked).toEqual([yes('acceptParty')]);
  });

  it('does not go round in circles where the scheme adapter asks the same again', async () => {
    const { payouts } = stage(waiting('PARTY', found));
    const outcome = await payouts.confirm?.(submitted(), 'party');
    expect(outcome).toMatchObject({
      is: 'unknown',
      reference: TRANSFER_ID,
      cause: expect.any(UnmappedAnswer),
    });
  });

  it('cannot be confirmed where the scheme adapter names no transfer', async () => {
    const { payouts } = stage(reply(200, { currentState: 'WAITING_FOR_PARTY_ACCEPTANCE' }));
    expect(await payouts.disburse(transfer())).toMatchObject({ is: 'unknown' });
  });

  it.each([
    ['hangs up', new NoAnswer('hung up'), 'unknown'],
    ['is not there', new NotReached('refused'), 'notSent'],
    ['is asked too often', reply(429), 'notSent'],
    ['answers 204', reply(204), 'unknown'],
    ['answers with a web page', reply(200, '<html></html>'), 'unknown'],
    [
      'did not hear of the end in time',
      trouble(504, '504', 'Timeout', record('ERROR_OCCURRED', quoted)),
      'unknown',
    ],
    [
      'says no',
      trouble(500, '4001', 'Got', record('ERROR_OCCURRED', { ...quoted, ...errorOf('4001') })),
      'declined',
    ],
    ['has it reserved', reply(200, record('COMPLETED', { ...quoted, ...fulfilled('RESERVED') })), 'pending'],
  ])('after the last yes tells what the money does when the scheme adapter %s', async (_what, answer, is) => {
    const { payouts } = stage(answer);
    expect(await payouts.confirm?.(submitted(), 'quote')).toMatchObject({ is });
  });

  it('names the fee that came on top', async () => {
    const onTop = quoteOf({
      transferAmount: { amount: '15030', currency: 'XOF' },
      payeeReceiveAmount: { amount: '15000', currency: 'XOF' },
    });
    const http = new ScriptedHttp(committed(onTop));
    const payouts = has(mojaloopOver(http, { amountType: 'RECEIVE' }).disbursements);
    expect(await payouts.confirm?.(submitted(), 'quote')).toMatchObject({ is: 'succeeded', fee: xof('30') });
  });

  it('takes what was committed at another amount for nobody’s success', async () => {
    const { payouts } = stage(committed(doubled));
    const outcome = await payouts.confirm?.(submitted(), 'quote');
    expect(outcome).toMatchObject({ is: 'unknown', ...named, cause: expect.any(UnmappedAnswer) });
  });

  it('is never sent again by itself', () => {
    expect(stage().payouts.resubmissionIsSafe(transfer())).toBe(false);
  });
});

describe('asking what became of it', () => {
  const enquired = async (answer: Reply | Error, more: object = {}) => {
    const { http, payouts } = stage(answer);
    return { outcome: await payouts.enquire?.(submitted(more)), http };
  };
  const notThere = trouble(500, '3208', 'Got an error response');
  const ago = (ms: number) => ({ submittedAt: new Date(Date.parse('2026-11-21T09:10:00.000Z') - ms) });
  /** A call, two stages, the expiry, and the scheme's slack, as the settings' defaults have them. */
  const takenUpWithinMs = 60_000 + 2 * 30_000 + 60_000 + 60_000;

  it.each([
    ['COMMITTED', { is: 'succeeded', ...named, receipt: TRANSFER_ID }],
    ['ABORTED', { is: 'declined', ...named, moneyMoved: 'no' }],
    ['RESERVED', { is: 'pending', ...named }],
    ['RECEIVED', { is: 'pending', ...named }],
  ])('tells of a transfer that is %s', async (state, says) => {
    const { outcome, http } = await enquired(reply(200, { transferId: TRANSFER_ID, ...fulfilled(state) }));
    expect(outcome).toMatchObject(says);
    expect(http.asked).toEqual([ask]);
  });

  it.each([
    trouble(504, '504', 'Timeout'),
    trouble(500, '3000', 'no'),
    reply(200, '<html>'),
    new NoAnswer('hung up'),
  ])('stays unknown without the switch’s word (%#)', async (answer) => {
    expect((await enquired(answer)).outcome).toMatchObject({ is: 'unknown' });
  });

  describe('without the id of a transfer', () => {
    const SENT_AT = new Date('2026-11-21T09:10:00.000Z');
    const [before, after] = [new Date(SENT_AT.getTime() - 1), new Date(SENT_AT.getTime() + 1)];
    const asks = asksForPrice;
    const notYet = { is: 'unknown', cause: expect.any(NotThereYet) };
    const never = { is: 'unknown', cause: expect.any(UnmappedAnswer) };

    /** Each answer is of a transfer made at that moment; then it is asked what became of the one whose answer was lost. */
    const judged = async (...seen: readonly (readonly [Date, Reply])[]) => {
      const at = { now: SENT_AT };
      const sightings = new MemorySightings({ now: () => at.now });
      for (const [now, answer] of seen) {
        at.now = now;
        // Another process each time: what one has seen, all know.
        const payouts = has(mojaloopOver(new ScriptedHttp(answer), {}, sightings).disbursements);
        await payouts.disburse(transfer());
      }
      const http = new ScriptedHttp();
      const payouts = has(mojaloopOver(http, {}, sightings).disbursements);
      const lost = submitted({ partnerReference: null, references: [], submittedAt: SENT_AT });
      const outcome = await payouts.enquire?.(lost);
      expect(http.asked).toEqual([]);
      return outcome;
    };

    it('finds nothing where a price needed a yes before and since: none has left us', async () => {
      expect(await judged([before, asks], [after, asks])).toEqual({ is: 'notFound' });
    });

    it.each([
      ['has no opinion before it is seen to ask again', [[before, asks]], notYet],
      [
        'has no opinion where it was asked for a yes to a party only',
        [
          [before, asks],
          [after, waiting('PARTY', found)],
        ],
        notYet,
      ],
      ['never knows where nobody was asked before', [[after, asks]], never],
      ['never knows where nobody was asked at all', [], never],
      [
        'never knows once money has moved without a yes since',
        [
          [before, asks],
          [after, committed()],
        ],
        never,
      ],
      [
        'never knows where that was set right since',
        [
          [before, asks],
          [after, committed()],
          [after, asks],
        ],
        never,
      ],
      [
        'forgives what was before it was set right',
        [
          [before, committed()],
          [before, asks],
          [after, asks],
        ],
        { is: 'notFound' },
      ],
    ] as const)('%s', async (_what, seen, says) => {
      expect(await judged(...seen)).toMatchObject(says);
    });
  });

  describe('a scheme adapter that goes on without a yes to the price', () => {
    const unheard = trouble(504, '504', 'Timeout', record('ERROR_OCCURRED', quoted));
    const refused = trouble(500, '4001', 'Got', record('ERROR_OCCURRED', { ...quoted, ...errorOf('4001') }));
    const puzzle = { is: 'unknown', cause: expect.any(UnmappedAnswer), ...named };

    it.each([
      ['is nobody’s success', committed(), puzzle],
      ['is not hidden by a silent switch', unheard, puzzle],
      ['is what it is where the switch refuses', refused, { is: 'declined', moneyMoved: 'no' }],
    ])('%s, and believed no more', async (_what, answer, says) => {
      const sightings = new MemorySightings({ now: () => new Date() });
      const { disbursements: before } = mojaloopOver(new ScriptedHttp(asksForPrice), {}, sightings);
      await has(before).disburse(transfer());
      for (const move of [
        (payouts: Disbursements) => payouts.disburse(transfer()),
        (payouts: Disbursements) => payouts.confirm?.(submitted(), 'party'),
      ]) {
        const payouts = has(mojaloopOver(new ScriptedHttp(answer), {}, sightings).disbursements);
        expect(await move(payouts)).toMatchObject(says);
      }
      const lost = submitted({ partnerReference: null, references: [], submittedAt: new Date() });
      expect(await has(before).enquire?.(lost)).toMatchObject({
        is: 'unknown',
        cause: expect.any(UnmappedAnswer),
      });
    });

    it.each([
      ['SEND', true],
      ['RECEIVE', false],
    ])('is told by its stop at a price with an exchange of %s: %s', async (amountType, isTold) => {
      const sightings = new MemorySightings({ now: () => new Date() });
      const http = new ScriptedHttp(waiting('QUOTE', { ...found, ...quoted, needFx: true }));
      await has(mojaloopOver(http, { amountType }, sightings).disbursements).disburse(transfer());
      expect((await sightings.spanOf('asks for a yes to a price')) !== null).toBe(isTold);
    });
  });

  it.each([
    [0, { is: 'unknown', cause: expect.any(NotThereYet) }],
    [takenUpWithinMs, { is: 'unknown', cause: expect.any(NotThereYet) }],
    [takenUpWithinMs + 1, { is: 'declined', reason: 'expired', moneyMoved: 'unknown' }],
    [2 * takenUpWithinMs, { is: 'declined', moneyMoved: 'unknown' }],
    [2 * takenUpWithinMs + 1, { is: 'declined', reason: 'expired', moneyMoved: 'no' }],
  ])('%i ms after the yes, what the switch does not know is %j', async (ms, says) => {
    expect((await enquired(notThere, ago(ms))).outcome).toMatchObject({ ...says, partner: { code: '3208' } });
  });
});
