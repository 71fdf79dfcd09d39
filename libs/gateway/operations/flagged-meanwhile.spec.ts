import { failure, newId } from '#domain';
import { type EnquiryOutcome, type Partner } from '#partner-kit';
import { type Database, SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v4 as randomId } from 'uuid';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Sweeps } from '../work/sweeps.js';
import { Ledger } from './ledger.js';
import { type News } from './news/news.js';
import { news, paid, refused } from './news/spec-support.js';
import { type Operation } from './operation.js';
import { OperationReader } from './reader.js';
import { closing, Verdicts } from './verdicts.js';

const MINUTE = 60_000;
const partner = {
  id: 'mpesa-ke',
  adapter: {},
  descriptor: {
    enquiryTimetableMs: [1_000],
    visibilityDelayMs: 0,
    submitForMs: MINUTE,
    unresolvedAfterMs: 10 * MINUTE,
  },
} as unknown as Partner;

const hard: EnquiryOutcome = { ...refused, is: 'declined', moneyMoved: 'no' } as EnquiryOutcome;
const uncertain = failure('payer_timeout', 'unknown');
/** The one that is under way; an earlier one may have said "not found". */
const ENQUIRY = 2;

interface Row {
  state: string;
  money_moved: string | null;
  receipt: string | null;
  lease: string | null;
  has_deadline: boolean;
  due_in_s: number | null;
  open: string[] | null;
  asked: number;
}

describe('an answer that is under way while the operation is flagged', () => {
  let postgres: OpenDatabase;
  let verdicts: Verdicts;
  let reader: OperationReader;
  let sweeps: Sweeps;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const row = async (id: string): Promise<Row | undefined> => {
    const text = `SELECT state, failure->>'moneyMoved' AS money_moved, receipt, lease,
      deadline_at IS NOT NULL AS has_deadline, extract(epoch FROM due_at - now())::double precision AS due_in_s,
      (SELECT array_agg(kind) FROM discrepancies WHERE operation_id = o.id AND settled_at IS NULL) AS open,
      (SELECT count(*)::int FROM enquiries WHERE operation_id = o.id) AS asked
      FROM operations o WHERE id = $1`;
    return (await postgres.database.query<Row>({ name: '', text }, [id]))[0];
  };
  /** As whoever holds the lease has it in hand, its deadline in the past by now. */
  const late = async (
    state: string,
    facts: { notFound?: number; lease?: string } = {},
  ): Promise<Operation> => {
    const id = newId(clock.now());
    const { notFound = 0, lease = null } = facts;
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, enquiries,
         not_found, submitted_at, deadline_at, lease, due_at, failure, completed_at)
       VALUES ($1, 'bank', 'payment', 'mpesa-ke', $2, 15000, 'KES', 1, $3, $4, now() - interval '11 minutes',
         now() - interval '1 second', $5, now() + interval '1 minute', $6::jsonb, CASE WHEN $6 IS NOT NULL THEN now() END)`,
      [id, state, ENQUIRY, notFound, lease, state === 'failed' ? JSON.stringify(uncertain) : null],
    );
    const seen = await reader.find(id);
    if (!seen) throw new Error('it is not there');
    return seen;
  };
  const take = (seen: Operation, said: News, lease?: string) =>
    verdicts.take(seen, {
      partner,
      news: said,
      actor: 'partner',
      evidence: {},
      resubmissionIsSafe: false,
      lease,
      ...(said.from === 'enquiry'
        ? { enquiry: { ...closing(ENQUIRY, said.outcome), askedAt: clock.now(), reference: null } }
        : { attempt: closing(1, said.outcome) }),
    });
  const answered = (outcome: EnquiryOutcome): News => ({
    ...news(outcome, 'enquiry'),
    enquiry: ENQUIRY,
    claimAsked: null,
  });
  /** For the lock of somebody else. */
  const somebodyWaits = async (): Promise<void> => {
    const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await sql(text)) === 0) await new Promise((look) => setTimeout(look, 5));
  };

  const end = { lease: null, has_deadline: false, due_in_s: null, open: null };
  const unpaid = { ...end, state: 'failed', money_moved: 'no' };
  const UJC = 'UJC4K7W2';

  beforeAll(async () => {
    postgres = await openDatabase();
    reader = new OperationReader(postgres.database);
    verdicts = new Verdicts(new Ledger(postgres.database, clock), reader, clock);
    sweeps = new Sweeps(postgres.database, clock);
  });
  afterAll(() => postgres.close());

  const endings: [string, string, EnquiryOutcome, number, Partial<Row>][] = [
    ['declined', 'pending', hard, 0, unpaid],
    ['declined', 'unknown', hard, 0, unpaid],
    ['declined', 'failed', hard, 0, unpaid],
    ['declined for good by its age', 'failed', refused, 0, unpaid],
    ['not found for the second time', 'unknown', { is: 'notFound' }, 1, unpaid],
    ['succeeded', 'pending', { is: 'succeeded', receipt: `${UJC}01` }, 0, { ...end, state: 'succeeded' }],
    ['succeeded', 'failed', { is: 'succeeded', receipt: `${UJC}02` }, 0, { ...end, state: 'succeeded' }],
  ];

  it.each(endings)(
    'ends it: an enquiry says %s of what is %s',
    async (_, state, says, notFound, expected) => {
      const lease = randomId();
      const seen = await late(state, { notFound, lease });
      expect(await sweeps.unresolved()).toBe(1);
      expect(await take(seen, answered(says), lease)).not.toMatchObject({ effect: 'repeat' });
      expect(await row(seen.id)).toMatchObject({ ...expected, asked: 1 });
    },
  );

  it.each(['before its statement began', 'while its statement waited for the row'])(
    'ends it where it was flagged %s',
    async (when) => {
      const lease = randomId();
      const seen = await late('pending', { lease });
      const { ending } = await postgres.database.transaction(async (held) => {
        const statements = when.startsWith('before') ? postgres.database : (held as Database);
        expect(await new Sweeps(statements, clock).unresolved()).toBe(1);
        const begun = take(seen, answered(hard), lease);
        if (statements === held) await somebodyWaits();
        return { ending: begun };
      });
      await ending;
      expect(await row(seen.id)).toMatchObject({ ...unpaid, asked: 1 });
    },
  );

  it.each([
    ['the submission, which holds its lease', 'submitting', 'submission', true],
    ['a callback, which holds none', 'pending', 'callback', false],
    ['a callback during an enquiry', 'unknown', 'callback', false],
  ] as const)('ends it where it comes by %s', async (_, state, from, isLeased) => {
    const lease = randomId();
    const seen = await late(state, { lease });
    expect(await sweeps.unresolved()).toBe(1);
    await take(seen, { ...news(hard, from), attempt: 1 }, isLeased ? lease : undefined);
    expect(await row(seen.id)).toMatchObject(unpaid);
  });

  it('leaves it flagged, and asked about, where it tells of no end', async () => {
    const lease = randomId();
    for (const [state, says, notFound] of [
      ['pending', { is: 'pending' }, 0],
      ['unknown', { is: 'notFound' }, 0],
      ['pending', refused, 0],
    ] as const) {
      const seen = await late(state, { notFound, lease });
      expect(await sweeps.unresolved()).toBe(1);
      await take(seen, answered(says), lease);
      const left = await row(seen.id);
      expect(left).toMatchObject({ lease: null, open: ['unresolved_past_deadline'], asked: 1 });
      expect(left?.due_in_s).not.toBeNull();
    }
  });

  describe('of an enquiry that has lost its lease to another', () => {
    const overtaken = async (says: EnquiryOutcome) => {
      const [own, other] = [randomId(), randomId()];
      const seen = await late('unknown', { notFound: 1, lease: own });
      await sql('UPDATE operations SET lease = $2 WHERE id = $1', [seen.id, other]);
      expect(await sweeps.unresolved()).toBe(1);
      await take(seen, answered(says), own);
      const left = await row(seen.id);
      return { ...left, isOthers: left?.lease === other };
    };

    it.each([
      ['declined', hard],
      ['not found', { is: 'notFound' }],
    ] as const)('counts for nothing where it says %s: the other one decides', async (_, says) => {
      expect(await overtaken(says)).toMatchObject({
        state: 'unknown',
        isOthers: true,
        open: ['unresolved_past_deadline'],
      });
    });

    it('counts where it says paid', async () => {
      expect(await overtaken(paid)).toMatchObject({ ...end, state: 'succeeded' });
    });
  });
});
