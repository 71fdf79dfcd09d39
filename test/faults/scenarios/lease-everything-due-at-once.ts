import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import {
  allSucceeded,
  changeOperations,
  closeBreakers,
  idOf,
  movedOnce,
  phones,
  standing,
  towards,
} from './sights.js';

const SHIFT_MS = 600_000;
/** Nobody has to be in time: longer than any machine takes. */
const WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 500;
/** A permit is granted some way into the statement that says when it began: seconds that are told apart may share one. */
const BLUR_S = 0.1;

const SUBMIT_FOR_MS = 240_000;
/** What was begun before the outage is not sent again after it, and what was taken in before is not sent. */
const OUTAGE_MS = SUBMIT_FOR_MS + 60_000;
const deadlines = { submitForMs: SUBMIT_FOR_MS, unresolvedAfterMs: OUTAGE_MS + 2 * WITHIN_MS };

/** Ten thousand operations in all, at limits that are low enough to be felt. */
const DUE = {
  'wave-sn': {
    /** Taken in, and in time to be sent. */
    waiting: 4_800,
    /** Taken in, and their time is over when the outage is. */
    late: 1_900,
    /** Begun, and never seen by the partner. */
    lost: 2_670,
    /** Begun and paid, and no answer came: with one that is lost, no more than may be under way at once. */
    paid: 30,
    limits: {
      disbursements: { perSecond: 300, burst: 20, concurrency: 40 },
      enquiries: { perSecond: 300, burst: 20, concurrency: 40 },
    },
    routes: { disbursements: 'POST /v1/payout', enquiries: 'GET /v1/payouts/search' },
  },
  // An enquiry costs a callback more.
  'mpesa-ke': {
    waiting: 200,
    late: 100,
    lost: 285,
    paid: 15,
    limits: {
      disbursements: { perSecond: 25, burst: 10, concurrency: 16 },
      enquiries: { perSecond: 60, burst: 10, concurrency: 16 },
    },
    routes: {
      disbursements: 'POST /mpesa/b2c/v3/paymentrequest',
      enquiries: 'POST /mpesa/transactionstatus/v1/query',
    },
  },
} as const;

type PartnerId = keyof typeof DUE;
const PARTNERS: readonly PartnerId[] = ['wave-sn', 'mpesa-ke'];
const GATES = ['disbursements', 'enquiries'] as const;
/** A limit that is too high by a fifth is not seen within a second, where a burst comes on top. */
const WINDOWS_S = [1, 5, 10];
/** Of what is allowed in a second, at least so much in the busiest. */
const FULL_STRETCH = 0.5;

interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  readonly concurrency: number;
}

/**
 * $1: an operation to be copied as it stands, with its life, but due; $2: how often; $3: so many milliseconds older. Of the
 * copies the partner knows nothing.
 */
const COPIES = `
  WITH template AS (
    SELECT *, make_interval(secs => $3::double precision / 1000) AS older FROM operations WHERE id = $1::uuid
  ), copied AS (
    INSERT INTO operations (id, client_id, kind, partner, state, version, amount_minor, currency, payee_type, payee_value,
      reference, attempts, lease, due_at, created_at, updated_at, submitted_at, deadline_at)
    SELECT uuidv7(-older), client_id, kind, partner, state, version, amount_minor, currency, payee_type, payee_value,
      reference || lpad(n::text, 5, '0'), attempts, lease, now() - older, created_at - older, updated_at - older,
      submitted_at - older, deadline_at - older
    FROM template CROSS JOIN generate_series(1, $2::int) AS n
    RETURNING id, client_id
  ), keyed AS (
    INSERT INTO idempotency_keys (client_id, key, digest, operation_id)
    SELECT client_id, 'copy-' || id, 'copy', id FROM copied
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, from_state, to_state, at, actor, why, evidence)
    SELECT copied.id, sequence, from_state, to_state, at - older, actor, why, evidence
    FROM transitions JOIN template ON template.id = operation_id CROSS JOIN copied
  ), told AS (
    INSERT INTO events (operation_id, sequence, type, at, body)
    SELECT copied.id, sequence, type, at - older, body
    FROM events JOIN template ON template.id = operation_id CROSS JOIN copied
  ), tried AS (
    INSERT INTO attempts (operation_id, number, started_at, ended_at, outcome, error)
    SELECT copied.id, number, started_at - older, ended_at - older, outcome, error
    FROM attempts JOIN template ON template.id = operation_id CROSS JOIN copied
  )
  SELECT id FROM copied`;

async function copy({ stack }: World, template: string, times: number, olderMs: number) {
  const { rows } = await stack.database.query<{ id: string }>(COPIES, [template, times, olderMs]);
  return rows.map(({ id }) => id);
}

async function hasPaid({ stack }: World, partner: PartnerId): Promise<boolean> {
  const { entries } = await stack.sandbox.books(partner);
  return entries.filter(({ kind }) => kind === 'transfer').length === DUE[partner].paid;
}

interface Begun {
  readonly paid: readonly string[];
  /** Of each partner one of which it knows nothing. */
  readonly lost: Readonly<Record<PartnerId, string>>;
}

/** Neither partner answers, though they act, but for one order each that does not get there. Then both workers die. */
async function outage(world: World): Promise<Begun> {
  const { stack, recorder, random } = world;
  const begin = async (partner: PartnerId) => {
    const [nowhere = '', ...there] = phones(random, partner, 1 + DUE[partner].paid);
    const silence = towards(partner, nowhere, { fault: 'timeout-before-acting' });
    await stack.sandbox.misbehave(
      partner,
      silence,
      { fault: 'timeout-after-acting' },
      { fault: 'callback-lost' },
    );
    const orders = [nowhere, ...there].map((msisdn) => recorder.transfer({ partner, msisdn }));
    const [lost = '', ...paid] = (await Promise.all(orders)).map(idOf);
    return { lost, paid };
  };
  const [wave, mpesa] = await Promise.all([begin('wave-sn'), begin('mpesa-ke')]);
  const lost = { 'wave-sn': wave.lost, 'mpesa-ke': mpesa.lost };
  await world.until('the partners have acted, and the rest is on its way', async () => {
    const acted = await Promise.all(PARTNERS.map((partner) => hasPaid(world, partner)));
    const sent = await standing(world, Object.values(lost));
    return acted.every(Boolean) && sent.every(({ attempts }) => attempts === 1);
  });
  await Promise.all(stack.workers.map((worker) => worker.kill('SIGKILL')));
  await Promise.all(PARTNERS.map((partner) => stack.sandbox.misbehave(partner)));
  return { paid: [...wave.paid, ...mpesa.paid], lost };
}

/** No lease lives as long as the outage. */
const LEASES_OVER = { set: 'due_at = now()', where: "state IN ('submitting', 'unknown')" };

/** Everything that is due once the workers are there again. */
interface Due {
  readonly waiting: readonly string[];
  readonly late: readonly string[];
  readonly paid: readonly string[];
  readonly lost: readonly string[];
}

async function makeDue(world: World): Promise<Due> {
  const { paid, lost } = await outage(world);
  const waiting: string[] = [];
  const late: string[] = [];
  const unseen: string[] = [];
  for (const partner of PARTNERS) {
    const counts = DUE[partner];
    const template = idOf(await world.recorder.transfer({ partner }));
    waiting.push(template, ...(await copy(world, template, counts.waiting - 1, 0)));
    // As after a real outage they stand first, before anybody has noticed that they are late.
    late.push(...(await copy(world, template, counts.late, OUTAGE_MS)));
    unseen.push(...(await copy(world, lost[partner], counts.lost, OUTAGE_MS)));
  }
  await changeOperations(world, null, LEASES_OVER);
  // As after any outage that was seen to be over.
  await closeBreakers(world);
  return { waiting, late, paid, lost: unseen };
}

const OPEN = `
  SELECT count(*)::int AS open FROM operations
  WHERE state NOT IN ('succeeded', 'failed', 'cancelled', 'expired')`;

/** Looks seldom: ten thousand rows are read each time. */
async function allDealtWith(world: World): Promise<void> {
  const look = async (): Promise<boolean> => {
    await sleep(LOOK_EVERY_MS);
    const { rows } = await world.stack.database.query<{ open: number }>(OPEN);
    return rows[0]?.open === 0;
  };
  await world.until('the end of everything that was due', look, WITHIN_MS);
}

/** How each of them has to stand in the end. What is sent now may be sent again where it did not get there; what was begun is not. */
const ENDS: Readonly<Record<keyof Due, string>> = {
  waiting: "state = 'succeeded'",
  late: "state = 'failed' AND failure->>'moneyMoved' = 'no' AND attempts = 0",
  paid: "state = 'succeeded' AND attempts = 1 AND enquiries > 0",
  lost: "state = 'failed' AND failure->>'moneyMoved' = 'no' AND attempts = 1 AND enquiries > 1",
};

async function assertEnded({ stack }: World, due: Due): Promise<void> {
  for (const [what, end] of Object.entries(ENDS)) {
    const { rows } = await stack.database.query(
      `SELECT id, partner, state, attempts, enquiries, failure FROM operations
       WHERE id = ANY ($1::uuid[]) AND (${end}) IS NOT TRUE LIMIT 3`,
      [due[what as keyof Due]],
    );
    assert.deepEqual(rows, [], `of those that were ${what} some ended otherwise`);
  }
}

/** $1: operations. The most that were sent within any second, by partner, by the clock of the database. */
const BUSIEST = `
  SELECT partner, max(within)::int AS most FROM (
    SELECT partner, count(*) OVER (PARTITION BY partner ORDER BY started_at
      RANGE BETWEEN interval '1 second' PRECEDING AND CURRENT ROW) AS within
    FROM attempts JOIN operations ON operations.id = attempts.operation_id WHERE operations.id = ANY ($1::uuid[])
  ) AS seconds GROUP BY partner`;

/** The most within any so many seconds of sorted moments. */
function busiest(moments: readonly number[], seconds: number): number {
  let from = 0;
  let most = 0;
  moments.forEach((moment, to) => {
    while (moment - (moments[from] ?? moment) > seconds * 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  });
  return most;
}

async function assertSentInStep({ stack }: World, waiting: readonly string[]): Promise<void> {
  const { rows } = await stack.database.query<{ partner: PartnerId; most: number }>(BUSIEST, [waiting]);
  for (const { partner, most } of rows) {
    const { perSecond, burst }: Pace = DUE[partner].limits.disbursements;
    assert.ok(most <= burst + perSecond * (1 + BLUR_S), `${partner} was sent ${most} within a second`);
  }
}

/** What comes to the partner is at full stretch, and not beyond it: orders and questions alike. */
async function assertPaced({ stack, say }: World): Promise<void> {
  for (const partner of PARTNERS) {
    for (const gate of GATES) {
      const { limits, routes } = DUE[partner];
      const { perSecond, burst, concurrency }: Pace = limits[gate];
      const came = await stack.sandbox.arrivals(partner, routes[gate]);
      const most = busiest(came, 1);
      say(`    ${partner}, ${gate}: ${came.length} came, at most ${most} within a second`);
      for (const seconds of WINDOWS_S) {
        // Those that were on their way when it began come on top.
        const allowed = burst + perSecond * seconds + concurrency;
        const within = busiest(came, seconds);
        assert.ok(within <= allowed, `${within} ${gate} came to ${partner} within ${seconds} s`);
      }
      assert.ok(
        most >= perSecond * FULL_STRETCH,
        `${partner} had ${most} ${gate} in its busiest second only`,
      );
    }
  }
}

/** @returns whether the worker whose clock is off has written down, since then, what became of something */
function watchWorker({ failPoint }: World): () => boolean {
  let hasWorked = false;
  const act = (): Promise<void> => {
    hasWorked = true;
    return Promise.resolve();
  };
  failPoint({ process: 'worker', index: 0, statement: 'operations-apply', when: 'before', act });
  return () => hasWorked;
}

const settingsOf = (partner: PartnerId) => ({ deadlines, limits: DUE[partner].limits });

export const everythingDueAtOnce: Scenario = {
  id: 'F12',
  title: 'ten thousand operations are due at once after an outage, and two clocks are off by ten minutes',
  settings: {
    settings: { worker: { leaseMs: 10_000 } },
    partners: { 'wave-sn': settingsOf('wave-sn'), 'mpesa-ke': settingsOf('mpesa-ke') },
  },
  async run(world) {
    const { stack, recorder, random, clock, say } = world;
    const due = await makeDue(world);
    const sign = random.pick([-1, 1]);
    await clock.shift('api', random.integer(0, 1), sign * SHIFT_MS);
    const began = performance.now();
    const hasWorked = watchWorker(world);
    await Promise.all([clock.shift('worker', 0, -sign * SHIFT_MS), stack.workers[1]?.start()]);
    const asked = await Promise.all(Array.from({ length: 20 }, () => recorder.pay()));
    await allDealtWith(world);
    const count = Object.values(due).flat().length;
    const tookS = (performance.now() - began) / 1_000;
    say(`    ${count} operations were dealt with within ${tookS.toFixed(0)} s`);
    assert.ok(hasWorked(), 'the worker whose clock is off did nothing');
    await assertEnded(world, due);
    await movedOnce(world, await standing(world, due.paid));
    await allSucceeded(world, asked.map(idOf));
    await assertSentInStep(world, due.waiting);
    await assertPaced(world);
  },
};
