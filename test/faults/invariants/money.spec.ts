import { describe, expect, it } from '@jest/globals';
import type { BookEntry } from '#partner-kit/testing';
import { findDisagreements } from './books-agree.js';
import { compose, minorOf } from './money.js';
import { findMovedTwice } from './moved-once.js';
import { findMispassed, findUnannounced, findUnannouncedAt } from './passed-on.js';
import { type MoneyOperation, type MoneyRecords } from './read-money.js';

const operation = (more: Partial<MoneyOperation> = {}): MoneyOperation => ({
  ...{
    id: 'op-1',
    kind: 'payment',
    partner: 'wave-sn',
    state: 'succeeded',
    amountMinor: 2_500n,
    currency: 'XOF',
  },
  ...{
    reference: 'INV-1',
    receipt: 'T_1',
    reverses: null,
    ...{ passesOn: null, partnerReference: null, feeMinor: 0n, flags: [] },
    names: ['op-1', 'cos-1', 'T_1'],
  },
  ...more,
});

const entry = (more: Partial<BookEntry> = {}): BookEntry => ({
  ...{ reference: 'op-1', partnerReference: 'cos-1', receipt: 'T_1', kind: 'payment', amount: '2500' },
  ...{
    change: '2475',
    currency: 'XOF',
    party: '+221771234567',
    state: 'succeeded',
    at: '2026-11-21T09:00:00Z',
  },
  ...more,
});

const refund = entry({ kind: 'reversal', change: '-2475' });
const reversal = operation({
  id: 'op-2',
  kind: 'reversal',
  reverses: 'op-1',
  receipt: null,
  names: ['op-2'],
});

const records = (
  operations: readonly MoneyOperation[],
  entries: readonly BookEntry[],
  amount = String(entries.reduce((sum, { change }) => sum + Number(change), 0)),
): MoneyRecords => ({
  operations,
  entries: entries.map((one) => ({ partner: 'wave-sn', entry: one })),
  balances: [
    {
      partner: 'wave-sn',
      currency: 'XOF',
      opening: '0',
      amount,
      changes: entries.map(({ change }) => change),
    },
  ],
});

const wrongIn = (...given: Parameters<typeof records>) => {
  const ledger = compose(records(...given));
  return { twice: findMovedTwice(ledger), disagree: findDisagreements(ledger) };
};
const nothing = { twice: [], disagree: [] };

describe('the invariants about money', () => {
  it('read amounts without a loss', () => {
    expect([minorOf('-12.50', 'KES'), minorOf('2500', 'XOF')]).toEqual([-1_250n, 2_500n]);
  });

  it('hold where everything agrees', () => {
    expect(wrongIn([operation()], [entry()])).toEqual(nothing);
    expect(wrongIn([operation(), reversal], [entry({ state: 'reversed' }), refund])).toEqual(nothing);
    expect(wrongIn([operation({ state: 'failed', receipt: null, names: ['op-1'] })], [])).toEqual(nothing);
  });

  it('know an operation by the reference of its client where the partner shows no other', () => {
    const bare = { reference: 'INV-1', partnerReference: 'ws_1', receipt: 'R1' };
    expect(wrongIn([operation({ names: ['op-1'] })], [entry(bare)])).toEqual(nothing);
    const two = [operation({ names: ['op-1'] }), operation({ id: 'op-2', names: ['op-2'] })];
    expect(wrongIn(two, [entry(bare), entry({ ...bare, partnerReference: 'ws_2' })])).toEqual(nothing);
  });

  it('find money that moved twice', () => {
    const again = entry({ partnerReference: 'cos-2', receipt: 'T_2' });
    expect(wrongIn([operation()], [entry(), again]).twice).toEqual([
      'payment op-1 at wave-sn moved 2 times: T_1, T_2',
    ]);
  });

  it('find more given back than was paid', () => {
    expect(wrongIn([operation(), reversal], [entry(), refund, refund]).twice).toHaveLength(1);
  });

  it.each([
    ['a success without money', [operation()], []],
    ['a failure with money', [operation({ state: 'failed' })], [entry()]],
    ['another amount', [operation()], [entry({ amount: '2499' })]],
    ['money of nobody', [], [entry()]],
    ['a reversal that gave nothing back', [operation(), reversal], [entry()]],
    ['money given back that nobody asked for', [operation()], [entry(), refund]],
  ])('find %s', (_, operations, entries) => {
    expect(wrongIn(operations, entries).disagree).toHaveLength(1);
  });

  describe('where money is passed on', () => {
    const brought = {
      partner: 'mojaloop-sn',
      kind: 'receipt',
      passesOn: null,
      partnerReference: 'T1',
    } as const;
    const receipt = operation({
      ...brought,
      id: 'op-r',
      names: ['op-r', 'T1'],
      reference: null,
      feeMinor: 100n,
    });
    const passedOn = { partner: 'core-banking', kind: 'transfer', passesOn: 'op-r' } as const;
    const credit = operation({
      ...passedOn,
      id: 'op-c',
      names: ['op-c'],
      reference: 'T1',
      amountMinor: 2_400n,
    });
    const owed = entry({ kind: 'receipt', reference: 'op-r', partnerReference: 'T1', receipt: 'T1' });
    const got = entry({
      kind: 'transfer',
      reference: 'op-c',
      receipt: 'CB-1',
      amount: '2400',
      change: '-2400',
    });
    const back = { ...got, kind: 'reversal', reference: 'op-b', receipt: 'CB-2', change: '2400' } as const;
    const wrong = (
      operations: readonly MoneyOperation[],
      theirs: readonly BookEntry[],
      ours: readonly BookEntry[],
    ) => {
      const books = [
        ...theirs.map((one) => ({ partner: 'mojaloop-sn', entry: one })),
        ...ours.map((one) => ({ partner: 'core-banking', entry: one })),
      ];
      return findMispassed(compose({ operations, entries: books, balances: [] }));
    };

    it('agree on what is owed, credited and kept', () => {
      expect(wrong([receipt, credit], [owed], [got])).toEqual([]);
      expect(wrong([receipt, credit], [], [])).toEqual([]);
      const taken = operation({
        ...passedOn,
        id: 'op-b',
        kind: 'reversal',
        reverses: 'op-c',
        names: ['op-b'],
      });
      expect(wrong([receipt, credit, taken], [], [got, { ...back, partnerReference: 'CB-2' }])).toEqual([]);
    });

    it.each([
      ['a credit that nobody pays for', [receipt, credit], [], [got]],
      ['money that nobody was credited with', [receipt, credit], [owed], []],
      [
        'a credit twice',
        [receipt, credit, { ...credit, id: 'op-d', names: ['op-d'] }],
        [owed],
        [got, { ...got, reference: 'op-d' }],
      ],
    ])('find %s', (_, operations, theirs, ours) => {
      expect(wrong(operations, theirs, ours)).toHaveLength(1);
    });

    it('believe a discrepancy that explains it, and no other', () => {
      const flagged = (kind: string) => ({ ...receipt, flags: [kind] });
      expect(wrong([flagged('credit_not_taken_back'), credit], [], [got])).toEqual([]);
      expect(wrong([flagged('amount_mismatch'), credit], [], [got])).toHaveLength(1);
      expect(wrong([flagged('committed_not_credited'), credit], [], [got])).toHaveLength(1);
      expect(wrong([flagged('committed_not_credited'), credit], [owed], [])).toEqual([]);
      expect(wrong([flagged('credit_not_taken_back'), credit], [owed], [])).toHaveLength(1);
    });

    it('find a yes of which nothing is written down', () => {
      const ledger = compose({
        ...{ operations: [], balances: [] },
        entries: [{ partner: 'mojaloop-sn', entry: owed }],
      });
      expect(findUnannounced('mojaloop-sn', ledger)).toHaveLength(1);
    });

    it('find what a switch has settled by our word, and no receipt', () => {
      const partner = 'mojaloop-fspiop-sn';
      const entries = [{ partner, entry: { ...owed, reference: '' } }];
      const own = operation({ ...brought, partner, id: 'op-r', names: ['op-r', 'T1'], reference: null });
      const unheard = compose({ operations: [], entries, balances: [] });
      expect(findUnannouncedAt(partner, unheard)).toHaveLength(1);
      expect(findUnannouncedAt(partner, compose({ operations: [own], entries, balances: [] }))).toEqual([]);
    });
  });

  it('find a balance that its entries do not make', () => {
    expect(wrongIn([operation()], [entry()], '2474').disagree).toHaveLength(1);
  });

  const failed = operation({ state: 'failed' });
  const succeeded = operation();
  it.each([
    ['a failure with money', 'contradictory_news', [failed], [entry()]],
    ['a failure with money', 'amount_mismatch', [failed], [entry()]],
    ['a failure with money', 'unresolved_past_deadline', [failed], [entry()]],
    ['a failure with money', 'committed_not_credited', [failed], [entry()]],
    ['a success without money', 'contradictory_news', [succeeded], []],
    ['a success without money', 'ambiguous_receipt', [succeeded], []],
    ['another amount', 'amount_mismatch', [succeeded], [entry({ amount: '2499' })]],
    ['a reversal that gave nothing back', 'contradictory_news', [reversal, succeeded], [entry()]],
  ])('leave to people %s beside %s', (_, kind, [first = succeeded, ...others], entries) => {
    expect(wrongIn([{ ...first, flags: [kind] }, ...others], entries)).toEqual(nothing);
  });

  it.each([
    ['a failure with money', 'unmapped_answer', [failed], [entry()]],
    ['a failure with money', 'ambiguous_receipt', [failed], [entry()]],
    ['a success without money', 'unmapped_answer', [succeeded], []],
    ['a success without money', 'amount_mismatch', [succeeded], []],
    ['another amount', 'contradictory_news', [succeeded], [entry({ amount: '2499' })]],
    ['a reversal that gave nothing back', 'unmapped_answer', [reversal, succeeded], [entry()]],
    ['a reversal that gave nothing back', 'amount_mismatch', [succeeded, reversal], [entry()]],
  ])('find %s beside %s, which does not explain it', (_, kind, [first = succeeded, ...others], entries) => {
    expect(wrongIn([{ ...first, flags: [kind] }, ...others], entries).disagree).toHaveLength(1);
  });
});
