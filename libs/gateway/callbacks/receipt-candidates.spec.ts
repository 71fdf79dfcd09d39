import { Money } from '#domain';
import { type ReceiptFit, type ReceiptNotice, type SubmittedOrder } from '#partner-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { OperationReader } from '../operations/reader.js';
import { CANDIDATES, CANDIDATES_BY_PAYER, ReceiptCandidates } from './receipt-candidates.js';

const OPEN = 10_000;
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
  fit: () => 'fits',
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
  const found = async (changes: Partial<ReceiptNotice> = {}) => {
    const { payment, doubtful } = await candidates.find('mpesa-ke', notice(changes));
    expect(doubtful.length === 0 || payment === null).toBe(true);
    return (payment ? [payment] : doubtful).map(({ id }) => id);
  };
  const certain = async (changes: Partial<ReceiptNotice> = {}) =>
    (await candidates.find('mpesa-ke', notice(changes))).payment?.id ?? null;

  beforeAll(async () => {
    postgres = await openDatabase();
    candidates = new ReceiptCandidates(postgres.database, new OperationReader(postgres.database));
  });
  afterEach(() => sql('TRUNCATE operations'));
  afterAll(() => postgres.close());

  it('are found among ten thousand of one amount, the oldest like the newest', async () => {
    await postgres.database.execute(FILL, [OPEN, null]);
    expect(await found()).toEqual([await only("receipt_account = 'A7'")]);
    expect(await found({ marks: { account: 'A7', payer: null } })).toHaveLength(1);
    expect(await found({ marks: { account: 'A7', payer: '008' } })).toEqual([]);
  });

  it('are told apart by how the number of the payer ends where they share an account', async () => {
    await postgres.database.execute(FILL, [OPEN, 'CONCERT']);
    const payer = '+254700000007';
    const fit = (order: SubmittedOrder) => (order.payer?.value === payer ? 'fits' : 'misfit');
    expect(await found({ marks: { account: 'CONCERT', payer: '007' }, fit })).toEqual([
      await only(`payer_value = '${payer}'`),
    ]);
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
    expect(await found()).toEqual([claimant]);
    expect(await found({ marks: null, amount: Money.parse('9', 'KES'), fit: () => 'misfit' })).toEqual([
      claimant,
    ]);
  });

  it('are not those that claim another receipt, or have one', async () => {
    await postgres.database.execute(FILL, [2, 'A7']);
    await sql(
      "UPDATE operations SET receipt_payer = '007', claimed_receipt = 'UKK1H8V5TD' WHERE payer_value LIKE '%1'",
    );
    expect(await found()).toEqual([]);
    await sql("UPDATE operations SET receipt_payer = '007' WHERE claimed_receipt IS NULL");
    expect(await found()).toEqual([await only('claimed_receipt IS NULL')]);
    await sql("UPDATE operations SET receipt = 'UKK0000001' WHERE claimed_receipt IS NULL");
    expect(await found()).toEqual([]);
  });

  it('are those that still wait for their money before those that ended without', async () => {
    await postgres.database.execute(FILL, [3, 'A7']);
    await sql("UPDATE operations SET receipt_payer = '007'");
    expect(await found()).toHaveLength(3);
    const end = (state: string, digit: number) =>
      sql(
        `UPDATE operations SET state = '${state}', version = version + 1 WHERE payer_value LIKE '%${digit}'`,
      );
    await end('failed', 1);
    await end('failed', 2);
    expect(await found()).toEqual([await only("state = 'pending'")]);
    // Paid, as an enquiry said that names no receipt: this may be it.
    await end('succeeded', 3);
    expect(await found()).toEqual([await only("state = 'succeeded'")]);
  });

  it('are in doubt where the time alone does not fit, and only while there is none that fits', async () => {
    await postgres.database.execute(FILL, [2, 'A7']);
    await sql("UPDATE operations SET receipt_payer = '007'");
    const fitOf = (digit: number, fit: ReceiptFit) => (order: SubmittedOrder) =>
      order.payer?.value.endsWith(String(digit)) ? fit : 'misfit';
    expect(await found({ fit: fitOf(1, 'doubtful') })).toEqual([await only("payer_value LIKE '%1'")]);
    expect(await certain({ fit: fitOf(1, 'doubtful') })).toBeNull();
    expect(await certain({ fit: fitOf(1, 'fits') })).toBe(await only("payer_value LIKE '%1'"));
    const oneFits = (order: SubmittedOrder) => (order.payer?.value.endsWith('2') ? 'fits' : 'doubtful');
    expect(await certain({ fit: oneFits })).toBe(await only("payer_value LIKE '%2'"));
  });

  it('are also those without any mark', async () => {
    await postgres.database.execute(FILL, [1, '']);
    await sql("UPDATE operations SET receipt_payer = ''");
    expect(await found()).toHaveLength(1);
  });

  it('are none of another week, and none that was never sent', async () => {
    await postgres.database.execute(FILL, [1, 'A7']);
    await sql("UPDATE operations SET receipt_payer = '007'");
    expect(await found({ paidAt: new Date(Date.now() + 7 * 86_400_000) })).toEqual([]);
    await sql(
      `INSERT INTO operations (id, kind, partner, state, amount_minor, currency, receipt_account, receipt_payer)
       SELECT uuidv7(), kind, partner, 'received', amount_minor, currency, receipt_account, receipt_payer FROM operations`,
    );
    expect(await found()).toHaveLength(1);
  });
});
