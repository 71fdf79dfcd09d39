import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type World } from '../world.js';
import { resolved } from './intake-sights.js';
import { allSucceeded, changeOperations, idOf } from './sights.js';

const COUNT = 10_000;
const SHIFT_MS = 600_000;
/** So long they are sent as fast as the limits allow; what is left then is told that its time is over. */
const WATCHED_MS = 5_000;
const WITHIN_MS = 60_000;
/** A permit is granted some way into the statement that says when it began: seconds that are told apart may share one. */
const BLUR_S = 0.1;

/** Low enough to be felt, also where everything is slow. */
const LIMITS = {
  'wave-sn': { perSecond: 80, burst: 20, concurrency: 64 },
  'mpesa-ke': { perSecond: 60, burst: 20, concurrency: 64 },
} as const;
type PartnerId = keyof typeof LIMITS;
const PARTNERS: readonly PartnerId[] = ['wave-sn', 'mpesa-ke'];
/** In the busiest second: about half of what is allowed. */
const FULL_STRETCH: Readonly<Record<PartnerId, number>> = { 'wave-sn': 60, 'mpesa-ke': 40 };
const SHARES = { 'wave-sn': 5 / 6, 'mpesa-ke': 1 / 6 } as const;

const deadlines = { submitForMs: 150_000, unresolvedAfterMs: 60_000 };
const limited = (partner: PartnerId) => ({ deadlines, limits: { disbursements: LIMITS[partner] } });

/** $1: an operation to be copied, $2: how often. As the intake stores them, with keys, transitions and events. */
const COPIES = `
  WITH copied AS (
    INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, payee_type, payee_value,
      reference, due_at, deadline_at)
    SELECT uuidv7(), client_id, kind, partner, 'received', amount_minor, currency, payee_type, payee_value,
      reference || lpad(n::text, 5, '0'), now(), deadline_at
    FROM operations CROSS JOIN generate_series(1, $2::int) AS n WHERE id = $1::uuid
    RETURNING id, client_id, kind
  ), keyed AS (
    INSERT INTO idempotency_keys (client_id, key, digest, operation_id)
    SELECT client_id, 'copy-' || id, 'copy', id FROM copied
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, to_state, actor, why)
    SELECT id, 1, 'received', 'client', 'asked for' FROM copied
  ), told AS (
    INSERT INTO events (operation_id, sequence, type, body)
    SELECT id, 1, kind || '.received', '{"state":"received","previousState":null}' FROM copied
  )
  SELECT id FROM copied`;

/** The time is over for whatever has not been sent. */
const OVER_NOW = { set: 'deadline_at = now()', where: "state = 'received'" };

/** The most that were sent within any second, by partner, by the clock of the database. */
const BUSIEST = `
  SELECT partner, max(within)::int AS most FROM (
    SELECT partner, count(*) OVER (PARTITION BY partner ORDER BY started_at
      RANGE BETWEEN interval '1 second' PRECEDING AND CURRENT ROW) AS within
    FROM attempts JOIN operations ON operations.id = attempts.operation_id WHERE kind = 'transfer'
  ) AS seconds GROUP BY partner`;

const paidOut = async ({ stack }: World, partner: PartnerId) =>
  (await stack.sandbox.books(partner)).entries
    .filter(({ kind }) => kind === 'transfer')
    .map(({ at }) => new Date(at).getTime())
    .sort((one, other) => one - other);

/** The most within any second of sorted moments. */
function busiestSecond(moments: readonly number[]): number {
  let from = 0;
  let most = 0;
  moments.forEach((moment, to) => {
    while (moment - (moments[from] ?? moment) > 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  });
  return most;
}

/** A clock that is off makes nothing too old, and nothing unknown to the partner. */
async function assertNoneFailed({ stack }: World, ids: readonly string[]): Promise<void> {
  const { rows } = await stack.database.query(
    `SELECT id, kind, partner, failure FROM operations
     WHERE id = ANY ($1::uuid[]) AND state = 'failed' AND attempts > 0`,
    [ids],
  );
  assert.deepEqual(rows, [], 'operations failed, and nothing was wrong with them');
}

const SUCCEEDED = `
  SELECT partner, count(*)::int AS count FROM operations
  WHERE id = ANY ($1::uuid[]) AND state = 'succeeded' GROUP BY partner`;

/** Over the time that was watched, at least what one busy second brings. */
async function assertSucceeded({ stack, say }: World, ids: readonly string[]): Promise<void> {
  const { rows } = await stack.database.query<{ partner: PartnerId; count: number }>(SUCCEEDED, [ids]);
  for (const partner of PARTNERS) {
    const { count = 0 } = rows.find((row) => row.partner === partner) ?? {};
    say(`    ${partner}: ${count} succeeded`);
    assert.ok(count >= FULL_STRETCH[partner], `${count} at ${partner} succeeded`);
  }
}

/** At full stretch, and not beyond it. */
async function assertPaced(world: World): Promise<void> {
  const { rows } = await world.stack.database.query<{ partner: PartnerId; most: number }>(BUSIEST);
  for (const partner of PARTNERS) {
    const { most = 0 } = rows.find((row) => row.partner === partner) ?? {};
    const { perSecond, burst, concurrency } = LIMITS[partner];
    const allowed = burst + perSecond * (1 + BLUR_S);
    const acted = busiestSecond(await paidOut(world, partner));
    world.say(`    ${partner}: at most ${most} sent and ${acted} acted on within a second`);
    assert.ok(most <= allowed, `${partner} was sent ${most} within a second`);
    // Those that were under way when the second began came on top.
    assert.ok(acted <= allowed + concurrency, `${partner} acted on ${acted} within a second`);
    const busy = Math.min(most, acted);
    assert.ok(busy >= FULL_STRETCH[partner], `${partner} had ${busy} in its busiest second only`);
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

export const everythingDueAtOnce: Scenario = {
  id: 'F12',
  title: 'ten thousand operations are due at once after an outage, and two clocks are off by ten minutes',
  settings: {
    settings: { worker: { leaseMs: 10_000 } },
    partners: { 'wave-sn': limited('wave-sn'), 'mpesa-ke': limited('mpesa-ke') },
  },
  async run(world) {
    const { stack, recorder, random, clock, say } = world;
    await Promise.all(stack.workers.map((worker) => worker.kill('SIGTERM')));
    const ids: string[] = [];
    for (const partner of PARTNERS) {
      const template = idOf(await recorder.transfer({ partner }));
      const count = Math.round(COUNT * SHARES[partner]) - 1;
      const { rows } = await stack.database.query<{ id: string }>(COPIES, [template, count]);
      ids.push(template, ...rows.map(({ id }) => id));
    }
    const sign = random.pick([-1, 1]);
    await clock.shift('api', random.integer(0, 1), sign * SHIFT_MS);
    const began = performance.now();
    const hasWorked = watchWorker(world);
    await Promise.all([clock.shift('worker', 0, -sign * SHIFT_MS), stack.workers[1]?.start()]);
    const asked = await Promise.all(Array.from({ length: 20 }, () => recorder.pay()));
    await sleep(WATCHED_MS);
    await changeOperations(world, null, OVER_NOW);
    await resolved(world, ids, WITHIN_MS);
    assert.ok(hasWorked(), 'the worker whose clock is off did nothing');
    await assertNoneFailed(world, ids);
    await allSucceeded(world, asked.map(idOf));
    say(
      `    ${ids.length} operations were dealt with within ${((performance.now() - began) / 1_000).toFixed(0)} s`,
    );
    await assertSucceeded(world, ids);
    await assertPaced(world);
  },
};
