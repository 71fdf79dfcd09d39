import { type Failure, failure, Money, newId, type OperationState } from '#domain';
import { type EnquiryOutcome, type Partner, type PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Intake } from '../intake/intake.js';
import { Ledger } from './ledger.js';
import { news } from './news/spec-support.js';
import { type Operation } from './operation.js';
import { OperationReader } from './reader.js';
import { type ReversalResult, Reversals } from './reversals.js';
import { Verdicts } from './verdicts.js';

const WHOLE = Money.parse('150', 'KES');
const HALF = Money.parse('75', 'KES');
const REFUSED: EnquiryOutcome = {
  is: 'declined',
  reason: 'payer_timeout',
  partner: { code: '1037', message: 'no response' },
  moneyMoved: 'no',
};

const partner = {
  id: 'mpesa-ke',
  enabled: true,
  adapter: { reversals: { reversible: { payment: 'part' } } },
  descriptor: {
    enquiryTimetableMs: [1_000],
    visibilityDelayMs: 0,
    submitForMs: 60_000,
    unresolvedAfterMs: 600_000,
  },
} as unknown as Partner;

describe('what may still be given back', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let reversals: Reversals;
  let verdicts: Verdicts;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const store = async (
    kind: 'payment' | 'reversal',
    state: OperationState,
    reverses: string | null = null,
    { amount = WHOLE, failed = null as Failure | null } = {},
  ): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, submitted_at,
         completed_at, reverses, failure)
       VALUES ($1, 'bank', $2, 'mpesa-ke', $3, $4, 'KES', 1, now(), now(), $5, $6)`,
      [id, kind, state, amount.minor, reverses, failed],
    );
    return id;
  };
  const refusedReversal = (original: string, moneyMoved: Failure['moneyMoved'] = 'no'): Promise<string> =>
    store('reversal', 'failed', original, { failed: failure('payer_timeout', moneyMoved) });
  const reverse = (originalId: string, amount: Money | null = null): Promise<ReversalResult> => {
    const id = newId(clock.now());
    return reversals.reverse({
      ...{ id, clientId: 'bank', seesReceipts: false, originalId, idempotencyKey: id, digest: 'of it' },
      ...{ amount, reason: null },
    });
  };
  const read = async (id: string): Promise<Operation> => {
    const operation = await reader.find(id);
    if (!operation) throw new Error('it is not there');
    return operation;
  };
  const tell = async (id: string, from: 'callback' | 'enquiry', receipt?: string) =>
    verdicts.take(await read(id), {
      partner,
      news: news({ is: 'succeeded', receipt }, from, from === 'enquiry'),
      ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
  const openFindings = (id: string) =>
    postgres.database.query<{ kind: string; details: object }>(
      { name: '', text: 'SELECT kind, details FROM discrepancies WHERE subject = $1 AND settled_at IS NULL' },
      [id],
    );
  /** For the lock of somebody else. */
  const bothWait = async (): Promise<void> => {
    const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const until = performance.now() + 5_000;
    while ((await sql(text)) < 2 && performance.now() < until)
      await new Promise((look) => setTimeout(look, 5));
  };
  const TOO_MUCH = { is: 'refused', code: 'amount-exceeds-original' };

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    const partners = { find: () => partner, get: () => partner } as unknown as PartnerRegistry;
    reader = new OperationReader(database);
    verdicts = new Verdicts(new Ledger(database, clock), reader, clock);
    reversals = new Reversals(database, new Intake(database, partners), reader, partners, clock);
  });
  afterAll(() => postgres.close());

  it('is all of it after a reversal that was refused for good', async () => {
    const original = await store('payment', 'succeeded');
    await refusedReversal(original);
    expect(await reverse(original)).toMatchObject({ is: 'accepted', operation: { amount: WHOLE } });
    expect(await reverse(original)).toMatchObject(TOO_MUCH);
  });

  it('is nothing while a refusal may turn', async () => {
    const original = await store('payment', 'succeeded');
    await refusedReversal(original, 'unknown');
    expect(await reverse(original)).toMatchObject(TOO_MUCH);
  });

  it.each([
    ['under a receipt', 'UJC4K7W2QX'],
    ['without a receipt', undefined],
  ])(
    'is nothing while a callback says of a refused reversal that it was carried out, %s',
    async (_, receipt) => {
      const original = await store('payment', 'succeeded');
      const refused = await refusedReversal(original);
      expect(await tell(refused, 'callback', receipt)).toMatchObject({ effect: 'confirming' });
      expect(await reverse(original)).toMatchObject(TOO_MUCH);
      await tell(refused, 'enquiry', receipt);
      expect(await read(refused)).toMatchObject({ state: 'succeeded' });
      expect(await reverse(original)).toMatchObject(TOO_MUCH);
    },
  );

  it('is nothing while a person is to find out whether a refused reversal was carried out', async () => {
    const original = await store('payment', 'succeeded');
    const refused = await refusedReversal(original);
    await tell(refused, 'callback');
    await verdicts.take(await read(refused), {
      partner,
      news: news(REFUSED, 'enquiry', true),
      ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
    expect(await openFindings(refused)).toMatchObject([{ kind: 'contradictory_news' }]);
    expect(await reverse(original)).toMatchObject(TOO_MUCH);
  });

  it('turns out to have been less: a person is told, where a refused reversal was carried out beside another', async () => {
    const original = await store('payment', 'succeeded');
    const refused = await refusedReversal(original);
    expect(await reverse(original, HALF)).toMatchObject({ is: 'accepted' });
    await tell(refused, 'enquiry', 'UJC4K7W2QY');
    expect(await read(refused)).toMatchObject({ state: 'succeeded' });
    expect(await openFindings(refused)).toMatchObject([
      { kind: 'late_success', details: { was: 'failed', why: expect.stringContaining('given back') } },
    ]);
  });

  it('is weighed by the second of two that turn out to have been carried out at once', async () => {
    const original = await store('payment', 'succeeded');
    const refused = [await refusedReversal(original), await refusedReversal(original)];
    const { begun } = await postgres.database.transaction(async (held) => {
      await held.query({ name: '', text: 'SELECT FROM operations WHERE id = $1 FOR UPDATE' }, [original]);
      const tellings = refused.map((id, n) => tell(id, 'enquiry', `UJC4K7W2Q${n}`));
      await bothWait();
      return { begun: tellings };
    });
    await Promise.all(begun);
    const found = await Promise.all(refused.map(openFindings));
    expect(found.flat()).toMatchObject([
      { kind: 'late_success', details: { why: expect.stringContaining('given back') } },
    ]);
  });
});
