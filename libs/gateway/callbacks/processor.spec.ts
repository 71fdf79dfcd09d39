import { Money, newId } from '#domain';
import { type EnquiryOutcome, type Notice, type Partner, type PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Messages } from '../messages/messages.js';
import { Ledger } from '../operations/ledger.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { type BalanceReadings } from '../partners/balance-readings.js';
import { PartnerCalls } from '../work/partner-calls.js';
import { type Resubmissions } from '../work/resubmissions.js';
import { CallbackRows } from './callback-rows.js';
import { Matching } from './matching.js';
import { OutcomeNotices } from './outcome-notices.js';
import { CallbackProcessor } from './processor.js';
import { ReceiptCandidates } from './receipt-candidates.js';
import { ReceiptNotices } from './receipt-notices.js';

const AMOUNT = Money.parse('150', 'KES');
/** More often than the note of an enquiry is waited for, or an operation that is being written down. */
const OFTEN = 10;
const AN_HOUR_AGO = new Date(Date.now() - 60 * 60_000);
const word = { code: '1032', message: 'Request cancelled by user' };
const refused: EnquiryOutcome = {
  is: 'declined',
  reason: 'payer_cancelled',
  partner: word,
  moneyMoved: 'no',
};

describe('what a partner that signs nothing says', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let verdicts: Verdicts;
  let processor: CallbackProcessor;
  /** What each callback says, by its path. */
  const says = new Map<string, Notice>();
  const clock = new SystemClock();

  const partner = {
    id: 'mpesa-ke',
    adapter: {
      callbacks: { strength: 'source_range', read: ({ path }: { path: string }) => [says.get(path)] },
      collections: {
        enquire: () => Promise.resolve({ is: 'pending' }),
        resubmissionIsSafe: () => false,
      },
      receipts: { enquire: () => Promise.resolve({ is: 'pending' }) },
    },
    descriptor: {
      enquiryTimetableMs: [60_000],
      visibilityDelayMs: 0,
      submitForMs: 60_000,
      unresolvedAfterMs: 600_000,
    },
  } as unknown as Partner;

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const rows = <Row extends object>(text: string, values: unknown[] = []) =>
    postgres.database.query<Row>({ name: '', text }, values);

  const payment = async (
    partnerReference: string | null,
    state = 'pending',
    account = '',
  ): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, submitted_at,
         due_at, deadline_at, partner_reference, receipt_account, created_at)
       VALUES ($1, 'bank', 'payment', 'mpesa-ke', $2, 15000, 'KES', 1, now(), now() + interval '1 hour',
         now() + interval '1 hour', $3, $4, now() - interval '30 minutes')`,
      [id, state, partnerReference, account],
    );
    if (partnerReference !== null)
      await sql(`INSERT INTO partner_references VALUES ('mpesa-ke', $1, $2, false)`, [partnerReference, id]);
    return id;
  };
  /** Kept, and read as often as there is something to read. */
  const tell = async (notice: Notice, ageMinutes = 0, tries = 0, verdict = 'authentic'): Promise<string> => {
    const id = newId(clock.now());
    says.set(id, notice);
    await sql(
      `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at, received_at, tries)
       VALUES ($1, 'mpesa-ke', 'POST', $2, '{}', '', '127.0.0.1', '', $5, 'stored', now(),
         now() - make_interval(mins => $3::int), $4)`,
      [id, id, ageMinutes, tries, verdict],
    );
    while ((await processor.processDue(10, 30_000)) > 0);
    return id;
  };
  const outcome = (operation: string, reference: string, what: EnquiryOutcome = refused): Notice => ({
    is: 'outcome',
    about: { operation, references: [reference] },
    outcome: { ...what, reference },
  });
  const receipt = (number: string, account: string, paidAt = new Date()): Notice => ({
    is: 'receipt',
    receipt: number,
    amount: AMOUNT,
    payer: null,
    reference: account,
    paidAt,
    marks: { account, payer: null },
    fit: () => 'alike',
  });
  const read = async (id: string): Promise<Operation | null> => reader.find(id);
  const isDueNow = async (id: string) =>
    (await rows<{ due: boolean }>('SELECT due_at <= now() AS due FROM operations WHERE id = $1', [id]))[0]
      ?.due;
  const stateOf = async (callback: string) =>
    (await rows<{ state: string }>('SELECT state FROM callbacks WHERE id = $1', [callback]))[0]?.state;
  const discrepancies = (subject: string) =>
    rows<{ kind: string; details: Record<string, unknown> }>(
      'SELECT kind, details FROM discrepancies WHERE subject = $1 AND settled_at IS NULL',
      [subject],
    );

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    reader = new OperationReader(database);
    verdicts = new Verdicts(new Ledger(database, clock), reader, clock);
    const calls = new PartnerCalls(reader, new Messages(database, clock));
    const outcomes = new OutcomeNotices(database, reader, verdicts, calls, {} as Resubmissions);
    const candidates = new ReceiptCandidates(database, reader);
    processor = new CallbackProcessor(
      new CallbackRows(database, clock),
      { find: () => partner } as unknown as PartnerRegistry,
      new Matching(database, reader),
      outcomes,
      new ReceiptNotices(database, candidates, verdicts, clock),
      {} as BalanceReadings,
    );
  });
  beforeEach(() => sql('TRUNCATE operations, callbacks, partner_references, discrepancies, enquiries'));
  afterAll(() => postgres.close());

  describe('more often than it can be read', () => {
    const keep = async (count: number, ageSeconds: number) => {
      for (let i = 0; i < count; i += 1) {
        const id = newId(clock.now());
        says.set(id, { is: 'ignored', why: 'nothing of ours' });
        await sql(
          `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at,
             received_at)
           VALUES ($1, 'mpesa-ke', 'POST', $2, '{}', '', '127.0.0.1', '', 'authentic', 'stored', now(),
             now() - make_interval(secs => $3::int))`,
          [id, id, ageSeconds],
        );
      }
    };

    it('is known by how long the oldest has waited, until nothing is left over', async () => {
      await keep(5, 40);
      await processor.processDue(3, 30_000);
      expect(processor.lagMs).toBeGreaterThanOrEqual(40_000);
      await processor.processDue(3, 30_000);
      expect(processor.lagMs).toBe(0);
    });

    it('does not count what waits for its operation', async () => {
      await tell(outcome('unheard-of', 'ws_CO_9'));
      await sql("UPDATE callbacks SET received_at = now() - interval '5 minutes', due_at = now()");
      await processor.processDue(1, 30_000);
      expect(processor.lagMs).toBeLessThan(60_000);
    });
  });

  describe('of a payment, naming it twice', () => {
    it('is taken where both names are the same payment’s', async () => {
      const id = await payment('ws_CO_1');
      await tell(outcome(id, 'ws_CO_1'));
      expect(await read(id)).toMatchObject({ state: 'failed' });
    });

    it('is not taken where the second one is another payment’s, or nobody’s', async () => {
      const id = await payment('ws_CO_1');
      const other = await payment('ws_CO_2');
      const young = await tell(outcome(id, 'ws_CO_2'));
      const old = await tell(outcome(id, 'ws_CO_3'), 11, OFTEN);
      expect(await read(id)).toMatchObject({ state: 'pending', partnerReference: 'ws_CO_1' });
      expect(await read(other)).toMatchObject({ state: 'pending' });
      expect(await stateOf(young)).toBe('waiting');
      expect(await stateOf(old)).toBe('unmatched');
      expect(await discrepancies(old)).toMatchObject([
        { kind: 'unmatched_callback', details: { why: expect.stringContaining('not that operation') } },
      ]);
    });

    it('is waited for, however old it is, while it has hardly been looked at: nobody may have been there', async () => {
      const id = await payment('ws_CO_1');
      const unread = await tell(outcome(id, 'ws_CO_3'), 20);
      expect(await stateOf(unread)).toBe('waiting');
      for (let look = 1; look < OFTEN; look += 1) {
        await sql('UPDATE callbacks SET due_at = now() WHERE due_at IS NOT NULL');
        await processor.processDue(10, 30_000);
      }
      expect(await stateOf(unread)).toBe('unmatched');
    });

    it.each([
      [['wait', 'moved', 'repeat', 'noted', 'wait'], 'moved'],
      [['repeat', 'moved'], 'moved'],
      [['wait', 'repeat', 'wait'], 'repeat'],
    ])('is kept as what it came to, however often it is read: %s', async (effects, kept) => {
      const id = await payment('ws_CO_1');
      const read = await tell(outcome('unheard-of', 'ws_CO_9'));
      const rowsOfIt = new CallbackRows(postgres.database, clock);
      for (const effect of effects) {
        await sql('UPDATE callbacks SET due_at = now()');
        const [callback] = await rowsOfIt.claimDue(1, 30_000);
        if (!callback) throw new Error('it was not claimed');
        const notices = [{ operationId: id, number: 0, says: {}, effect }];
        await rowsOfIt.finish([
          { callback, reading: { state: 'waiting', dueInMs: 0, error: null, notices } },
        ]);
      }
      expect(await rows('SELECT effect FROM notices WHERE callback_id = $1', [read])).toEqual([
        { effect: kept },
      ]);
    });

    it('is flagged by nobody whose lease has gone to another one, who may find its payment', async () => {
      const kept = new CallbackRows(postgres.database, clock);
      const id = await payment('ws_CO_1');
      const unread = await tell(outcome(id, 'ws_CO_3'));
      await sql('UPDATE callbacks SET due_at = now()');
      const [late] = await kept.claimDue(1, 0);
      const [owner] = await kept.claimDue(1, 30_000);
      const unmatched = {
        state: 'unmatched',
        dueInMs: null,
        error: 'it matches no operation',
        notices: [],
      } as const;
      if (!late || !owner) throw new Error('it was not claimed twice');
      await kept.finish([{ callback: late, reading: unmatched }]);
      expect(await discrepancies(unread)).toEqual([]);
      await kept.finish([{ callback: owner, reading: unmatched }]);
      expect(await discrepancies(unread)).toMatchObject([{ kind: 'unmatched_callback' }]);
    });

    it.each([
      ['found a database that was away', "last_error = 'DatabaseUnavailable'"],
      ['came to no end', 'lease = gen_random_uuid()'],
    ])('is waited for where all looks before %s', async (_, trouble) => {
      const id = await payment('ws_CO_1');
      const unread = await tell(outcome(id, 'ws_CO_3'), 1, OFTEN);
      const readAgain = async (as: string): Promise<void> => {
        await sql(`UPDATE callbacks SET due_at = now(), received_at = now() - interval '20 minutes', ${as}`);
        await processor.processDue(10, 30_000);
      };
      await readAgain(trouble);
      expect(await stateOf(unread)).toBe('waiting');
      await readAgain('state = state');
      expect(await stateOf(unread)).toBe('unmatched');
    });

    it('teaches nothing where the answer to the submission was lost and the name is another payment’s', async () => {
      const id = await payment(null, 'unknown');
      await payment('ws_CO_2');
      await tell(outcome(id, 'ws_CO_2', { is: 'succeeded', receipt: 'UKK3N6Q8LP' }));
      expect(await read(id)).toMatchObject({
        state: 'unknown',
        partnerReference: null,
        claimedReceipt: null,
      });
    });

    it('is a claim where that answer was lost and nobody has the name: the partner is asked by it', async () => {
      const id = await payment(null, 'unknown');
      await tell(outcome(id, 'ws_CO_4'));
      expect(await read(id)).toMatchObject({
        state: 'unknown',
        partnerReference: null,
        claimedNames: ['ws_CO_4'],
        failure: null,
      });
      expect(await isDueNow(id)).toBe(true);
    });

    it.each([
      ['it refuses', refused, 'authentic'],
      ['it says paid', { is: 'succeeded', receipt: 'UKK3N6Q8LP' }, 'authentic'],
      ['it says pending', { is: 'pending' }, 'authentic'],
      ['it says that nobody knows', { is: 'unknown', cause: new Error('expired') }, 'authentic'],
      ['it refuses from nowhere that is known', refused, 'doubtful'],
      ['it says paid from nowhere that is known', { is: 'succeeded' }, 'doubtful'],
    ] as const)('vouches for no later refusal by what it names where %s', async (_, first, verdict) => {
      const id = await payment(null, 'unknown');
      await tell(outcome(id, 'ws_CO_6', { ...first, references: ['m-6'] }), 0, 0, verdict);
      await tell(outcome(id, 'ws_CO_6'));
      await tell(outcome(id, 'm-6'));
      const after = await read(id);
      expect(after).toMatchObject({ partnerReference: null, failure: null });
      expect(['unknown', 'pending']).toContain(after?.state);
      expect(await isDueNow(id)).toBe(true);
      expect(await rows('SELECT reference FROM partner_references')).toEqual([]);
    });

    it('leaves room for the true name after one that is made up: the partner is asked by the latest', async () => {
      const id = await payment(null, 'unknown');
      await tell(outcome(id, 'made up'));
      const callback = await tell(outcome(id, 'ws_CO_7', { ...refused, references: ['m-7'] }));
      expect(await stateOf(callback)).toBe('done');
      expect(await read(id)).toMatchObject({ partnerReference: null, claimedNames: ['ws_CO_7', 'm-7'] });
    });

    it('is taken once an answer of the partner’s gives it that name, too', async () => {
      const id = await payment(null, 'unknown');
      await tell(outcome(id, 'ws_CO_8'));
      const claimed = await read(id);
      if (!claimed) throw new Error('it is not there');
      await verdicts.take(claimed, {
        partner,
        news: { outcome: { is: 'pending', reference: 'ws_CO_8' }, from: 'enquiry', conclusive: true },
        actor: 'partner',
        evidence: {},
        resubmissionIsSafe: false,
      });
      await tell(outcome(id, 'ws_CO_8'));
      expect(await read(id)).toMatchObject({ state: 'failed', partnerReference: 'ws_CO_8' });
    });

    it('waits for that answer while it may still come', async () => {
      const id = await payment(null, 'submitting');
      const early = await tell(outcome(id, 'ws_CO_5'));
      expect(await read(id)).toMatchObject({ state: 'submitting', partnerReference: null });
      expect(await stateOf(early)).toBe('waiting');
    });

    it('is not taken by its second name alone where the first is nobody’s', async () => {
      const id = await payment('ws_CO_1');
      await tell(outcome(newId(clock.now()), 'ws_CO_1'));
      expect(await read(id)).toMatchObject({ state: 'pending' });
    });
  });

  describe('in answer to an enquiry', () => {
    const answer = (operation: string, answersEnquiry: string, what: EnquiryOutcome = refused): Notice => ({
      is: 'outcome',
      about: { operation },
      outcome: what,
      answersEnquiry,
    });
    const asked = async (id: string, number: number, reference: string) => {
      await sql('UPDATE operations SET enquiries = $2 WHERE id = $1', [id, number]);
      await sql(
        `INSERT INTO enquiries (operation_id, number, asked_at, outcome, reference)
         VALUES ($1, $2, now(), 'answerFollows', $3)`,
        [id, number, reference],
      );
    };
    /** Sent so long ago that it would be visible. */
    const unknown = async (): Promise<string> => {
      const id = await payment(null, 'unknown');
      await sql("UPDATE operations SET submitted_at = now() - interval '1 minute' WHERE id = $1", [id]);
      return id;
    };

    it('weighs as much as the enquiry', async () => {
      const id = await unknown();
      await asked(id, 1, 'AG_1');
      await tell(answer(id, 'AG_1'));
      expect(await read(id)).toMatchObject({ state: 'failed' });
    });

    it('waits for the note of the enquiry, which it may have overtaken', async () => {
      const id = await unknown();
      const early = await tell(answer(id, 'AG_1', { is: 'notFound' }));
      expect(await stateOf(early)).toBe('waiting');
      expect(await isDueNow(id)).toBe(false);
    });

    it('counts as no denial where nobody noted that enquiry, however often, and hurries nobody', async () => {
      const id = await unknown();
      await asked(id, 1, 'AG_1');
      await tell(answer(id, 'AG_1', { is: 'notFound' }));
      expect(await read(id)).toMatchObject({ state: 'unknown', notFound: 1 });
      expect(await isDueNow(id)).toBe(false);
      for (const made of ['AG_up', 'AG_made'])
        expect(await stateOf(await tell(answer(id, made, { is: 'notFound' }), 0, OFTEN))).toBe('done');
      expect(await read(id)).toMatchObject({ state: 'unknown', notFound: 1, failure: null });
      expect(await isDueNow(id)).toBe(false);
    });

    it('answers the latest of several that the partner calls the same', async () => {
      const id = await unknown();
      await asked(id, 1, 'AG_1');
      await tell(answer(id, 'AG_1', { is: 'notFound' }));
      await asked(id, 2, 'AG_1');
      await tell(answer(id, 'AG_1', { is: 'notFound' }));
      expect(await read(id)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    });

    it('refuses nothing where nobody noted that enquiry: the partner is asked', async () => {
      const id = await payment('ws_CO_1');
      await tell(answer(id, 'AG_made_up'), 0, OFTEN);
      expect(await read(id)).toMatchObject({ state: 'pending', failure: null });
      expect(await isDueNow(id)).toBe(true);
    });
  });

  describe('of money that fits several payments', () => {
    it('waits at first, then is a receipt, and a person is told whose it may be', async () => {
      const payments = [await payment('ws_CO_1', 'pending', 'A'), await payment('ws_CO_2', 'pending', 'A')];
      const young = await tell(receipt('UKK3N6Q8LP', 'A'));
      expect(await stateOf(young)).toBe('waiting');
      expect(await stateOf(await tell(receipt('UKK3N6Q8LP', 'A'), 20))).toBe('waiting');
      const old = await tell(receipt('UKK3N6Q8LP', 'A'), 11, OFTEN);
      expect(await stateOf(old)).toBe('done');
      const [booked] = await rows<{ id: string }>("SELECT id FROM operations WHERE kind = 'receipt'");
      const [found] = await discrepancies(booked?.id ?? '');
      expect(found).toMatchObject({
        kind: 'ambiguous_receipt',
        details: { receipt: 'UKK3N6Q8LP', fitting: 2 },
      });
      expect(new Set(found?.details['payments'] as string[])).toEqual(new Set(payments));
    });

    it('is flagged like it where it fits a single one, but for the time', async () => {
      const id = await payment('ws_CO_1', 'pending', 'A');
      expect(await stateOf(await tell(receipt('UKK3N6Q8LP', 'A', AN_HOUR_AGO)))).toBe('waiting');
      expect(await stateOf(await tell(receipt('UKK3N6Q8LP', 'A', AN_HOUR_AGO), 11, OFTEN))).toBe('done');
      const [booked] = await rows<{ id: string }>("SELECT id FROM operations WHERE kind = 'receipt'");
      expect(await discrepancies(booked?.id ?? '')).toMatchObject([
        { kind: 'ambiguous_receipt', details: { fitting: 1, payments: [id] } },
      ]);
      expect(await read(id)).toMatchObject({ state: 'pending', receipt: null });
    });

    it('belongs to the one that claims it meanwhile, whatever the time', async () => {
      const id = await payment('ws_CO_1', 'pending', 'A');
      const early = await tell(receipt('UKK3N6Q8LP', 'A', AN_HOUR_AGO));
      await tell(outcome(id, 'ws_CO_1', { is: 'succeeded', receipt: 'UKK3N6Q8LP' }));
      await sql('UPDATE callbacks SET due_at = now() WHERE id = $1', [early]);
      while ((await processor.processDue(10, 30_000)) > 0);
      expect(await stateOf(early)).toBe('done');
      expect(await rows("SELECT id FROM operations WHERE kind = 'receipt'")).toEqual([]);
    });

    it.each([
      ['names its receipt', { is: 'succeeded', receipt: 'UKK3N6Q8LP' }],
      ['names none', { is: 'succeeded' }],
    ] as const)(
      'never succeeds unseen for a payment that claims it late: the enquiry %s',
      async (_, proof) => {
        const id = await payment('ws_CO_1', 'pending', 'A');
        await payment('ws_CO_2', 'pending', 'A');
        await tell(receipt('UKK3N6Q8LP', 'A'), 11, OFTEN);
        await tell(outcome(id, 'ws_CO_1', { is: 'succeeded', receipt: 'UKK3N6Q8LP' }));
        const claiming = await read(id);
        expect(claiming).toMatchObject({ state: 'pending', claimedReceipt: 'UKK3N6Q8LP' });
        if (!claiming) return;
        await verdicts.take(claiming, {
          partner,
          news: { outcome: proof, from: 'enquiry', conclusive: true },
          actor: 'partner',
          evidence: {},
          resubmissionIsSafe: false,
        });
        const [booked] = await rows<{ id: string }>("SELECT id FROM operations WHERE kind = 'receipt'");
        expect(await read(id)).toMatchObject({ state: 'pending' });
        expect(await discrepancies(id)).toMatchObject([
          { kind: 'contradictory_news', details: { operation: booked?.id } },
        ]);
      },
    );
  });
});
