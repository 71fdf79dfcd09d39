import { newId } from '#domain';
import { type Order, type Partner } from '#partner-kit';
import { type Database, SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v4 as randomId } from 'uuid';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Messages } from '../messages/messages.js';
import { Ledger } from '../operations/ledger.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { GateReports } from '../partners/gate-reports.js';
import { HOLD } from '../partners/gate-sql.js';
import { PartnerGates } from '../partners/partner-gates.js';
import { PartnerCalls } from './partner-calls.js';
import { Resubmissions } from './resubmissions.js';
import { Submissions } from './submissions.js';
import { WorkSettings } from './work-settings.js';

const LEASE_MS = 30_000;

describe('sending the same order again', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let resubmissions: Resubmissions;
  /** One that has so long for each. */
  let worker: (leaseMs: number, database?: Database) => Resubmissions;
  let submissions: Submissions;
  let verdicts: Verdicts;
  let sent: string[];
  let answer: Promise<void>;
  let id: string;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const partner = (
    changes: { enabled?: boolean; perSecond?: number; burst?: number; concurrency?: number } = {},
  ) => {
    const { enabled = true, perSecond = 100, burst = 100, concurrency = 100 } = changes;
    const disburse = async (order: Order) => {
      sent.push(order.id);
      await answer;
      return { is: 'pending', reference: `P-${order.id}` };
    };
    return {
      id,
      enabled,
      adapter: { disbursements: { disburse, resubmissionIsSafe: () => true } },
      descriptor: {
        pace: { default: { perSecond, burst, concurrency } },
        enquiryTimetableMs: [1_000],
        visibilityDelayMs: 0,
        submitForMs: 60_000,
        unresolvedAfterMs: 60_000,
      },
    } as unknown as Partner;
  };
  const transfer = async (state: string, facts = { notFound: 1 }): Promise<Operation> => {
    const operation = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, attempts, not_found,
         submitted_at, due_at)
       VALUES ($1, 'bank', 'transfer', $2, $3, 15000, 'KES', 1, $4, now() - interval '1 minute', now())`,
      [operation, id, state, facts.notFound],
    );
    return read(operation);
  };
  const read = async (operation: string): Promise<Operation> => {
    const found = await reader.find(operation);
    if (!found) throw new Error('it is not there');
    return found;
  };
  const leaseOf = async (operation: string): Promise<string | null | undefined> => {
    const text = 'SELECT lease FROM operations WHERE id = $1';
    return (await postgres.database.query<{ lease: string | null }>({ name: '', text }, [operation]))[0]
      ?.lease;
  };

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    reader = new OperationReader(database);
    const calls = new PartnerCalls(reader, new Messages(database, clock));
    verdicts = new Verdicts(new Ledger(database, clock), reader, clock);
    worker = (leaseMs, process = database) =>
      new Resubmissions(process, calls, verdicts, new WorkSettings(100, 10, leaseMs, 1_000, 1_000));
    resubmissions = worker(LEASE_MS);
    submissions = new Submissions(database, calls, verdicts, clock);
  });
  beforeEach(async () => {
    id = `p-${newId(clock.now())}`;
    sent = [];
    answer = Promise.resolve();
    await new PartnerGates(postgres.database, new GateReports(postgres.database)).ensure([partner()]);
  });
  afterAll(() => postgres.close());

  it('is a new attempt of the same operation, once for each time that it was not found', async () => {
    const operation = await transfer('unknown');
    await resubmissions.send(partner(), operation);
    expect(sent).toEqual([operation.id]);
    expect(await read(operation.id)).toMatchObject({ state: 'pending', attempts: 2, notFound: 0 });
    const other = await transfer('unknown', { notFound: 0 });
    await resubmissions.send(partner(), other);
    expect(sent).toEqual([operation.id]);
  });

  it('does not happen while the partner is switched off: the operation waits as it is', async () => {
    const operation = await transfer('unknown');
    await resubmissions.send(partner({ enabled: false }), operation);
    expect(sent).toEqual([]);
    expect(await read(operation.id)).toEqual(operation);
  });

  it('passes the gate of the first submissions: no faster than they may', async () => {
    const one = await transfer('unknown');
    const two = await transfer('unknown');
    const slow = partner({ perSecond: 0.001, burst: 1 });
    await resubmissions.send(slow, one);
    await resubmissions.send(slow, two);
    expect(sent).toEqual([one.id]);
    expect(await read(two.id)).toMatchObject({ state: 'unknown', attempts: 1, notFound: 1 });
  });

  it('does not happen while the breaker is open', async () => {
    const operation = await transfer('unknown');
    await sql("UPDATE partner_gates SET open_until = now() + interval '1 minute' WHERE partner = $1", [id]);
    await resubmissions.send(partner(), operation);
    expect(sent).toEqual([]);
  });

  it('does not happen once another worker may have taken over since it was claimed', async () => {
    const operation = await transfer('unknown');
    await worker(1).send(partner(), operation);
    expect(sent).toEqual([]);
    expect(await read(operation.id)).toMatchObject({ state: 'unknown', attempts: 2, notFound: 0 });
    await sql(`UPDATE operations SET not_found = 2 WHERE id = $1`, [operation.id]);
    await resubmissions.send(partner(), await read(operation.id));
    expect(sent).toEqual([operation.id]);
  });

  it('keeps its lease when the attempt before it ends late', async () => {
    const seen = await transfer('unknown');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answer = promise.then(() => undefined);
    const sending = resubmissions.send(partner(), seen);
    while (sent.length === 0) await new Promise((look) => setTimeout(look, 5));
    // As its owner has it in hand: sent, and not yet taken for lost.
    const late = { ...seen, state: 'submitting' as const, version: seen.version - 1 };
    for (const outcome of [
      { is: 'notSent', cause: new Error('too late') },
      { is: 'unknown', cause: new Error('reset') },
    ] as const) {
      await verdicts.take(late, {
        partner: partner(),
        news: { outcome, from: 'submission', conclusive: true, attempt: seen.attempts },
        ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
        ...{ lease: randomId(), attempt: closing(seen.attempts, outcome) },
      });
      expect(await leaseOf(seen.id)).not.toBeNull();
    }
    resolve(undefined);
    await sending;
    expect(await read(seen.id)).toMatchObject({ state: 'pending', attempts: 2 });
  });

  it('can be begun without waiting for it, and is waited for in the end', async () => {
    const operation = await transfer('unknown');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answer = promise.then(() => undefined);
    resubmissions.begin(partner(), operation);
    let isDrained = false;
    const drained = resubmissions.drain().then(() => (isDrained = true));
    while (sent.length === 0) await new Promise((look) => setTimeout(look, 5));
    expect(isDrained).toBe(false);
    resolve(undefined);
    await drained;
    expect(await read(operation.id)).toMatchObject({ state: 'pending', attempts: 2 });
  });

  it('that cannot even begin fails nobody, and what was not found is there for the next enquiry', async () => {
    const operation = await transfer('unknown');
    resubmissions.begin({ ...partner(), descriptor: undefined } as unknown as Partner, operation);
    await resubmissions.drain();
    expect(sent).toEqual([]);
    expect(await read(operation.id)).toEqual(operation);
  });

  it('counts among those under way, and they count for it', async () => {
    const narrow = partner({ concurrency: 1 });
    const lane = { partner: narrow, kind: 'transfer', capability: 'disbursements' } as const;
    const again = await transfer('unknown');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    answer = promise.then(() => undefined);
    const sending = resubmissions.send(narrow, again);
    while (sent.length === 0) await new Promise((look) => setTimeout(look, 5));
    await transfer('received');
    expect(await submissions.claimDue(lane, 10, LEASE_MS)).toEqual([]);
    resolve(undefined);
    await sending;
    const claimed = await submissions.claimDue(lane, 10, LEASE_MS);
    expect(claimed).toHaveLength(1);
    const late = await transfer('unknown');
    await resubmissions.send(narrow, late);
    expect(sent).toEqual([again.id]);
  });

  describe('where many are at once', () => {
    let go: () => void;
    /** Resolves when each has been sent, and waits for its answer, or has been left. */
    const decided = async (sendings: readonly Promise<void>[]): Promise<void> => {
      let left = 0;
      for (const sending of sendings) void sending.then(() => (left += 1));
      while (left + sent.length < sendings.length) await new Promise((look) => setTimeout(look, 5));
    };
    const transfers = (count: number) =>
      Promise.all(Array.from({ length: count }, () => transfer('unknown')));

    beforeEach(() => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      answer = promise.then(() => undefined);
      go = () => {
        resolve(undefined);
      };
    });

    it('holds the concurrency, over all workers', async () => {
      const narrow = partner({ concurrency: 3 });
      const workers = [resubmissions, worker(LEASE_MS, await postgres.another())];
      const many = await transfers(20);
      const sendings = many.map((one, n) => workers[n % 2]?.send(narrow, one) ?? Promise.resolve());
      await decided(sendings);
      expect(sent).toHaveLength(3);
      go();
      await Promise.all(sendings);
      expect(sent).toHaveLength(3);
    });

    it('holds it together with what is sent for the first time', async () => {
      const narrow = partner({ concurrency: 5 });
      const lane = { partner: narrow, kind: 'transfer', capability: 'disbursements' } as const;
      const many = await transfers(10);
      for (let one = 0; one < 10; one += 1) await transfer('received');
      const claims = many.map(() => submissions.claimDue(lane, 1, LEASE_MS));
      const sendings = many.map((one) => resubmissions.send(narrow, one));
      const claimed = (await Promise.all(claims)).flat();
      await decided(sendings);
      const rest = await submissions.claimDue(lane, 10, LEASE_MS);
      expect(claimed.length + rest.length + sent.length).toBe(5);
      go();
      await Promise.all(sendings);
    });

    it('takes a permit for each that is sent, and none for what is left', async () => {
      const narrow = partner({ concurrency: 2, perSecond: 0.001, burst: 10 });
      const sendings = (await transfers(6)).map((one) => resubmissions.send(narrow, one));
      await decided(sendings);
      const text =
        'SELECT floor(tokens)::int AS permits FROM partner_gates WHERE partner = $1 AND capability = $2';
      const values = [id, 'disbursements'];
      expect(await postgres.database.query({ name: '', text }, values)).toEqual([{ permits: 8 }]);
      go();
      await Promise.all(sendings);
    });

    it('waits for whoever is at the gate', async () => {
      const [one] = await transfers(1);
      if (!one) throw new Error('it is not there');
      let isLeft = false;
      const { sending } = await postgres.database.transaction(async (held) => {
        await held.execute(HOLD, [id, 'disbursements']);
        const begun = resubmissions.send(partner(), one).finally(() => (isLeft = true));
        const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        while (!isLeft && (await sql(waiting)) === 0) await new Promise((look) => setTimeout(look, 5));
        return { sending: begun };
      });
      go();
      await sending;
      expect(sent).toEqual([one.id]);
    });

    it('sends one that is begun twice once', async () => {
      const [one] = await transfers(1);
      if (!one) throw new Error('it is not there');
      const sendings = [one, one].map((same) => resubmissions.send(partner(), same));
      await decided(sendings);
      go();
      await Promise.all(sendings);
      expect(sent).toEqual([one.id]);
      expect(await read(one.id)).toMatchObject({ attempts: 2 });
    });
  });
});
