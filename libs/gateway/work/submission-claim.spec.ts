import { newId } from '#domain';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v4 as randomId } from 'uuid';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { REPORT } from '../partners/gate-sql.js';
import { CLAIM_ENQUIRIES } from './enquiry-claim.js';
import { CLAIM_SUBMISSIONS } from './submission-claim.js';

const PARTNER = 'sahel';
const COUNT = 60;
/** Any number that nothing else locks. */
const DOOR = 4_711;
const LIMITS = [1_000_000, 1_000_000, 1_000];

/** The same statement, waiting at a door of the test's after its snapshot was taken and before it locks the gate. */
const waitingAtTheDoor = ({ text }: { readonly text: string }, gate: string) => ({
  name: '',
  text: text.replace(
    `AND capability = ${gate}::text LIMIT`,
    `AND capability = ${gate}::text AND pg_advisory_xact_lock(${DOOR}) IS NOT NULL LIMIT`,
  ),
});

describe('a claim of orders', () => {
  let postgres: OpenDatabase;
  beforeAll(async () => {
    postgres = await openDatabase();
  });
  afterAll(() => postgres.close());

  it('passes over what is too late, though it has been due for longest', async () => {
    const sql = <Row extends object>(text: string, values: unknown[] = []) =>
      postgres.database.query<Row>({ name: '', text }, values);
    await sql(`INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, 'disbursements', 1000)`, [
      PARTNER,
    ]);
    const [late, inTime] = [newId(new SystemClock().now()), newId(new SystemClock().now())];
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at, deadline_at)
       SELECT id, 'bank', 'transfer', $2, 'received', 100, 'XOF', now() - age, now() + interval '1 minute' - age
       FROM unnest($1::uuid[], '{1 hour,1 second}'::interval[]) AS orders(id, age)`,
      [[late, inTime], PARTNER],
    );
    const values = [randomId(), 60_000, 1_000, PARTNER, 'transfer', 'disbursements', ...LIMITS, 60_000];
    const claimed = await postgres.database.query<{ id: string }>(CLAIM_SUBMISSIONS, values);
    expect(claimed.map(({ id }) => id)).toEqual([inTime]);
  });
});

describe('a claim whose gate was changed since its snapshot', () => {
  let postgres: OpenDatabase;
  const sql = <Row extends object>(text: string, values: unknown[] = []) =>
    postgres.database.query<Row>({ name: '', text }, values);

  beforeAll(async () => {
    postgres = await openDatabase();
  });
  afterAll(() => postgres.close());

  /** Resolves when it has claimed, having found that somebody reported on the gate meanwhile. */
  async function claimAfterReport(gate: string, claim: () => Promise<object[]>): Promise<object[]> {
    const { database } = postgres;
    const claiming = await database.transaction(async (door) => {
      await door.query({ name: '', text: `SELECT pg_advisory_xact_lock(${DOOR})` });
      const begun = claim();
      const waits = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${DOOR} AND NOT granted`;
      while ((await sql(waits)).length === 0) await new Promise((look) => setTimeout(look, 5));
      await database.execute(REPORT, [PARTNER, gate, true, 0, false]);
      return { begun };
    });
    return claiming.begun;
  }

  it.each([
    ['received', 'disbursements', '$6', CLAIM_SUBMISSIONS, ['transfer', 'disbursements', ...LIMITS, 60_000]],
    ['pending', 'enquiries', '$5', CLAIM_ENQUIRIES, ['enquiries', ...LIMITS, 0]],
  ])(
    'takes what is %s all the same, and the database survives it',
    async (state, gate, place, claim, values) => {
      await sql('INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, $2, 1000)', [
        PARTNER,
        gate,
      ]);
      const ids = Array.from({ length: COUNT }, () => newId(new SystemClock().now()));
      await sql(
        `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at)
       SELECT id, 'bank', 'transfer', $2, $3, 100, 'XOF', now() FROM unnest($1::uuid[]) AS id`,
        [ids, PARTNER, state],
      );
      await sql('ANALYZE operations');
      const statement = waitingAtTheDoor(claim, place);
      expect(statement.text).not.toBe(claim.text);
      const claimed = await claimAfterReport(gate, () =>
        postgres.database.query(statement, [randomId(), 60_000, 1_000, PARTNER, ...values]),
      );
      expect(claimed).toHaveLength(COUNT);
    },
  );
});
