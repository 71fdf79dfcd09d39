import { newId } from '#domain';
import { type Order, type Partner } from '#partner-kit';
import { SystemClock } from '#platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Messages } from '../messages/messages.js';
import { Ledger } from '../operations/ledger.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { PartnerCalls } from './partner-calls.js';
import { type Lane, Submissions, type ToSend } from './submissions.js';
import { Sweeps } from './sweeps.js';

const LEASE_MS = 60_000;

describe('a submission', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let submissions: Submissions;
  let sweeps: Sweeps;
  let sent: string[];
  let partner: Partner;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[]) => postgres.database.execute({ name: '', text }, values);
  const laneOf = (one: Partner): Lane => ({ partner: one, kind: 'transfer', capability: 'disbursements' });
  const laneOfReversals = (one: Partner): Lane => ({
    partner: one,
    kind: 'reversal',
    capability: 'reversals',
  });
  const insert = async (
    kind: string,
    state: string,
    facts: { passesOn?: string; reverses?: string } = {},
  ) => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, passes_on, reverses, due_at)
       VALUES ($1, 'bank', $2, $3, $4, 15000, 'KES', $5, $6, CASE $4 WHEN 'received' THEN now() END)`,
      [id, kind, partner.id, state, facts.passesOn ?? null, facts.reverses ?? null],
    );
    return id;
  };
  const claimOne = async (lane = laneOf(partner), facts: Parameters<typeof insert>[2] = {}) => {
    await insert(lane.kind, 'received', facts);
    const [claimed] = await submissions.claimDue(lane, 1, LEASE_MS);
    if (!claimed) throw new Error('nothing was claimed');
    return claimed;
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    reader = new OperationReader(database);
    const verdicts = new Verdicts(new Ledger(database, clock), reader, clock);
    submissions = new Submissions(
      database,
      new PartnerCalls(reader, new Messages(database, clock)),
      verdicts,
      clock,
    );
    sweeps = new Sweeps(database, clock);
  });
  beforeEach(async () => {
    sent = [];
    const disburse = (order: Order) => {
      sent.push(order.id);
      return Promise.resolve({ is: 'pending', reference: `P-${order.id}` });
    };
    partner = {
      id: `p-${newId(clock.now())}`,
      enabled: true,
      adapter: { disbursements: { disburse, confirm: disburse }, reversals: { reverse: disburse } },
      descriptor: {
        pace: { default: { perSecond: 100, burst: 100, concurrency: 100 } },
        enquiryTimetableMs: [1_000],
        visibilityDelayMs: 0,
        submitForMs: 60_000,
        unresolvedAfterMs: 60_000,
      },
    } as unknown as Partner;
    for (const capability of ['disbursements', 'reversals'])
      await sql('INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, $2, 100)', [
        partner.id,
        capability,
      ]);
  });
  afterAll(() => postgres.close());

  it('has a quarter of the lease to be begun in', async () => {
    const before = performance.now();
    const claimed = await claimOne();
    const { operation, sendBy } = claimed;
    expect(sendBy).toBeGreaterThanOrEqual(before + LEASE_MS / 4);
    expect(sendBy).toBeLessThanOrEqual(performance.now() + LEASE_MS / 4);
    await submissions.send(laneOf(partner), claimed, LEASE_MS);
    expect(sent).toEqual([operation.id]);
  });

  it('that comes too late does not leave us, and is taken up again', async () => {
    const claimed = await claimOne();
    const { operation } = claimed;
    await submissions.send(laneOf(partner), { ...claimed, sendBy: performance.now() - 1 }, LEASE_MS);
    expect(sent).toEqual([]);
    expect(await reader.find(operation.id)).toMatchObject({ state: 'received', attempts: 1 });
  });

  it('of a reversal does not leave us once another one, taken for refused, has given it all back', async () => {
    const original = await insert('payment', 'succeeded');
    const lane = laneOfReversals(partner);
    const claimed = await claimOne(lane, { reverses: original });
    await insert('reversal', 'succeeded', { reverses: original });
    await submissions.send(lane, claimed, LEASE_MS);
    expect(sent).toEqual([]);
    expect(await reader.find(claimed.operation.id)).toMatchObject({
      state: 'failed',
      failure: { reason: 'duplicate', moneyMoved: 'no' },
    });
  });

  it.each<[string, () => Promise<{ lane: Lane; claimed: ToSend }>]>([
    [
      'money that is passed on',
      async () => {
        const lane = laneOf(partner);
        return { lane, claimed: await claimOne(lane, { passesOn: await insert('receipt', 'pending') }) };
      },
    ],
    [
      'a yes',
      async () => {
        const lane = laneOf(partner);
        return { lane, claimed: { ...(await claimOne(lane)), step: 'party' as const } };
      },
    ],
    [
      'a reversal',
      async () => {
        const lane = laneOfReversals(partner);
        return { lane, claimed: await claimOne(lane, { reverses: await insert('payment', 'succeeded') }) };
      },
    ],
  ])('of %s that is kept up by what is looked up for it does not leave us either', async (_what, make) => {
    const { lane, claimed } = await make();
    const runner = postgres.database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE operations, partner_references IN ACCESS EXCLUSIVE MODE');
    const sending = submissions.send(lane, { ...claimed, sendBy: performance.now() + 100 }, LEASE_MS);
    await sleep(300);
    await runner.commitTransaction();
    await runner.release();
    await sending;
    expect(sent).toEqual([]);
  });

  it('that comes after its lease leaves alone what others have made of it', async () => {
    const claimed = await claimOne();
    const { operation } = claimed;
    await sql('UPDATE operations SET due_at = now() WHERE id = $1', [operation.id]);
    await sweeps.abandoned([partner.id]);
    await submissions.send(laneOf(partner), { ...claimed, sendBy: performance.now() - 1 }, LEASE_MS);
    expect(sent).toEqual([]);
    expect(await reader.find(operation.id)).toMatchObject({ state: 'unknown', attempts: 1 });
  });
});
