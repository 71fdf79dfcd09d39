import { Money } from '#domain';
import { type ReceiptNotice, type SubmittedOrder } from '#partner-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { OperationReader } from '../operations/reader.js';
import { CANDIDATES, CANDIDATES_BY_PAYER, ReceiptCandidates } from './receipt-candidates.js';

const OPEN = 10_000;
const MINUTE_MS = 60_000;
const AMOUNT = Money.parse('150', 'KES');

/** $1 how many, $2 the account of each, or null for one of its own. */
const FILL = {
  name: 'fill',
  text: `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, payer_type, payer_value,
      attempts, receipt_account, receipt_payer)
    SELECT uuidv7(), 'bank', 'payment', 'mpesa-ke', 'pending', 15000, 'KES', 'msisdn', '+2547' || lpad(n::text, 8, '0'),
      1, coalesce($2, 'A' || n), lpad((n % 1000)::text, 3, '0')
    FROM generate_series(1, $1::int) AS n`,
};

const notice = (changes: Partial<ReceiptNotice> = {}): ReceiptNotice => ({
  is: 'receipt',
  receipt: 'UKK3N6Q8LP',
  amount: AMOUNT,
  payer: null,
  reference: null,
  paidAt: new Date(),
  marks: { account: 'A7', payer: '007' },
  fit: () => 'alike',
  ...changes,
});

/** How many rows the plan has read, and by what. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}
const leavesOf = (node: Node): readonly Node[] => (node.Plans ? node.Plans.flatMap(leavesOf) : [node]);
const readBy = (node: Node): number =>
  node['Actual Rows'] * node['Actual Loops'] + (node['Rows Removed by Filter'] ?? 0);

describe('the payments that money may belong to', () => {
  let postgres: OpenDatabase;
  let candidates: ReceiptCandidates;

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const only = async (where: string): Promise<string> => {
    const text = `SELECT id FROM operations WHERE ${where}`;
    const rows = await postgres.database.query<{ id: string }>({ name: '', text });
    expect(rows).toHaveLength(1);
    return rows[0]?.id ?? '';
  };
  const find = (changes: Partial<ReceiptNotice>, heardAt = new Date(Date.now() + MINUTE_MS)) =>
    candidates.find('mpesa-ke', notice(changes), heardAt);
  const found = async (changes: Partial<ReceiptNotice> = {}, heardAt?: Date) => {
    const { payment, possible } = await find(changes, heardAt);
    return payment ? payment.id : possible.map(({ id }) => id).sort();
  };
  const of = (digit: number) => only(`payer_value LIKE '%${digit}'`);
  const set = (digit: number, changes: string) =>
    sql(`UPDATE operations SET ${changes}, version = version + 1 WHERE payer_value LIKE '%${digit}'`);
  /** As many payments as that, of which the marks are the same. */
  const fillAlike = async (count: number) => {
    await postgres.database.execute(FILL, [count, 'A7']);
    await sql("UPDATE operations SET receipt_payer = '007'");
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    candidates = new ReceiptCandidates(postgres.database, new OperationReader(postgres.database));
  });
  afterEach(() => sql('TRUNCATE operations'));
  afterAll(() => postgres.close());

  it('are found among ten thousand of one amount, the oldest like the newest', async () => {
    await postgres.database.execute(FILL, [OPEN, null]);
    const sought = await only("receipt_account = 'A7'");
    expect(await found()).toBe(sought);
    expect(await found({ marks: { account: 'A7', payer: null } })).toBe(sought);
    expect(await found({ marks: { account: 'A7', payer: '008' } })).toEqual([]);
  });

  it('are told apart by how the number of the payer ends where they share an account', async () => {
    await postgres.database.execute(FILL, [OPEN, 'CONCERT']);
    const payer = '+254700000007';
    const fit = (order: SubmittedOrder) => (order.payer?.value === payer ? 'alike' : 'misfit');
    expect(await found({ marks: { account: 'CONCERT', payer: '007' }, fit })).toBe(
      await only(`payer_value = '${payer}'`),
    );
    expect(await found({ marks: { account: 'CONCERT', payer: '007' } })).toHaveLength(OPEN / 1_000);
  });

  it('are read by index, and hardly more of them than are found', async () => {
    await postgres.database.execute(FILL, [OPEN, null]);
    await sql('ANALYZE operations');
    const asked = ['mpesa-ke', 'UKK3N6Q8LP', 15_000, 'KES', ['A7', ''], new Date()];
    for (const { text, values } of [
      { text: CANDIDATES.text, values: asked },
      { text: CANDIDATES_BY_PAYER.text, values: [...asked, ['007', '']] },
    ]) {
      const explain = { name: '', text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}` };
      const [row] = await postgres.database.query<{ 'QUERY PLAN': { Plan: Node }[] }>(explain, values);
      const leaves = row?.['QUERY PLAN'].flatMap(({ Plan }) => leavesOf(Plan)) ?? [];
      expect(leaves.map((leaf) => leaf['Node Type'])).not.toContain('Seq Scan');
      expect(leaves.reduce((sum, leaf) => sum + readBy(leaf), 0)).toBeLessThan(10);
    }
  });

  it('are whoever claims the receipt, whatever else is told', async () => {
    await postgres.database.execute(FILL, [20, null]);
    await sql("UPDATE operations SET claimed_receipt = 'UKK3N6Q8LP' WHERE receipt_account = 'A9'");
    const claimant = await only("receipt_account = 'A9'");
    expect(await found()).toBe(claimant);
    const paidAt = new Date(Date.now() - 60 * MINUTE_MS);
    const other = { marks: null, amount: Money.parse('9', 'KES'), fit: () => 'misfit' as const, paidAt };
    expect(await found(other)).toBe(claimant);
  });

  it('are, where several claim it, the one that it fits, or all of them', async () => {
    await fillAlike(3);
    await sql("UPDATE operations SET claimed_receipt = 'UKK3N6Q8LP' WHERE payer_value NOT LIKE '%3'");
    const claimants = [await of(1), await of(2)].sort();
    expect(await found()).toEqual(claimants);
    const paidAt = new Date(Date.now() - 60 * MINUTE_MS);
    expect(await found({ paidAt })).toEqual(claimants);
    await set(2, "created_at = now() - interval '1 hour'");
    expect(await found({ paidAt })).toBe(await of(2));
  });

  it('are not those that claim another receipt, or have one', async () => {
    await fillAlike(2);
    await set(1, "claimed_receipt = 'UKK1H8V5TD'");
    expect(await found()).toBe(await of(2));
    await set(2, "receipt = 'UKK0000001'");
    expect(await found()).toEqual([]);
  });

  it('are those that still wait for their money before those that ended without', async () => {
    await fillAlike(3);
    expect(await found()).toHaveLength(3);
    await set(1, "state = 'failed'");
    await set(2, "state = 'failed'");
    expect(await found()).toBe(await of(3));
    // Paid, as an enquiry said that names no receipt: this may be it.
    await set(3, "state = 'succeeded'");
    expect(await found()).toBe(await of(3));
  });

  it('are also those without any mark', async () => {
    await postgres.database.execute(FILL, [1, '']);
    await sql("UPDATE operations SET receipt_payer = ''");
    expect(await found()).toBe(await of(1));
  });

  describe('where the time does not fit', () => {
    const early = { paidAt: new Date(Date.now() - 20 * MINUTE_MS) };

    it.each([
      ['before it was made', -16, "state = 'pending'", false],
      ['hardly before it was made', -14, "state = 'pending'", true],
      ['after it had succeeded', 16, "state = 'succeeded', completed_at = now()", false],
      ['hardly after it had succeeded', 14, "state = 'succeeded', completed_at = now()", true],
      ['after it had failed', 16, "state = 'failed', completed_at = now()", true],
    ])('are in doubt: paid %s', async (_, minutes, state, isCertain) => {
      await fillAlike(1);
      await set(1, state);
      const paidAt = new Date(Date.now() + minutes * MINUTE_MS);
      const it = await of(1);
      expect(await found({ paidAt })).toEqual(isCertain ? it : [it]);
    });

    it('are in no doubt where it bears the name of one', async () => {
      await fillAlike(2);
      const fit = (order: SubmittedOrder) => (order.payer?.value.endsWith('2') ? 'named' : 'alike');
      expect(await found({ ...early, fit })).toBe(await of(2));
    });

    it('are none that were asked for after it was heard of', async () => {
      await fillAlike(2);
      await set(1, "created_at = now() + interval '2 minutes'");
      expect(await found()).toBe(await of(2));
      expect(await found({}, new Date(Date.now() - MINUTE_MS))).toEqual([]);
    });

    it('are all that may be it, while one of them waits for its money that does not fit', async () => {
      await fillAlike(3);
      await set(1, "state = 'failed', created_at = now() - interval '20 minutes'");
      await set(2, "state = 'failed'");
      // The money of the third attempt, by a clock that is behind.
      expect(await found(early)).toEqual([await of(1), await of(3)].sort());
      await set(3, "receipt = 'UKK1H8V5TD', state = 'succeeded'");
      expect(await found(early)).toBe(await of(1));
    });
  });

  it('are none of another week, and none that was never sent', async () => {
    await fillAlike(1);
    expect(await found({ paidAt: new Date(Date.now() + 7 * 86_400_000) })).toEqual([]);
    const sent = await of(1);
    for (const state of ['received', 'awaiting_approval', 'failed'])
      await sql(
        `INSERT INTO operations (id, kind, partner, state, amount_minor, currency, receipt_account, receipt_payer)
         SELECT uuidv7(), kind, partner, $2, amount_minor, currency, receipt_account, receipt_payer FROM operations WHERE id = $1`,
        [sent, state],
      );
    expect(await found()).toBe(sent);
  });
});
