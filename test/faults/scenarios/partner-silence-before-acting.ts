import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import {
  allEnded,
  allSucceeded,
  closeBreakers,
  idOf,
  movedOnce,
  movements,
  passages,
  phones,
  type Standing,
  towards,
} from './sights.js';

const VISIBILITY_MS = 1_500;
/** Under way for longer than we wait for the answer and for the first "not found". */
const ON_THE_ROAD_MS = 3_200;

/**
 * Answers "not found" that were asked for so long after the order was sent, and heard before it was sent again or ended.
 * $2: seconds.
 */
const COUNTED = `
  SELECT count(DISTINCT denials.number)::int AS counted FROM (
    SELECT e.number, e.asked_at, e.answered_at AS heard_at FROM enquiries e WHERE e.operation_id = $1 AND e.outcome = 'notFound'
    UNION ALL
    SELECT e.number, e.asked_at, c.received_at AS heard_at FROM notices n JOIN callbacks c ON c.id = n.callback_id
      JOIN enquiries e ON e.operation_id = n.operation_id
        AND convert_from(c.body, 'UTF8') LIKE '%' || e.reference || '%'
    WHERE n.operation_id = $1 AND n.says->>'is' = 'notFound'
  ) AS denials
  JOIN attempts first ON first.operation_id = $1 AND first.number = 1
  JOIN operations o ON o.id = $1
  LEFT JOIN attempts second ON second.operation_id = $1 AND second.number = 2
  WHERE denials.asked_at >= first.started_at + make_interval(secs => $2::double precision)
    AND denials.heard_at <= coalesce(second.started_at, o.completed_at)`;

async function denials({ stack }: World, id: string, afterMs: number): Promise<number> {
  const { rows } = await stack.database.query<{ counted: number }>(COUNTED, [id, afterMs / 1_000]);
  return rows[0]?.counted ?? 0;
}

/** The order is on the road while we ask, and arrives afterwards. */
async function arrivesLate(world: World): Promise<string> {
  world.links.toPartners.misbehave({ direction: 'there', latencyMs: ON_THE_ROAD_MS, count: 1 });
  const [msisdn = ''] = phones(world.random, 'wave-sn', 1);
  const id = idOf(await world.recorder.transfer({ partner: 'wave-sn', msisdn }));
  await world.until('the order is on its way', () => world.links.toPartners.counters.struck > 0);
  return id;
}

/** Its requests are lost on their way there. */
async function isLost(world: World, kind: 'pay' | 'transfer', partner: 'wave-sn' | 'mpesa-ke') {
  const [msisdn = ''] = phones(world.random, partner, 1);
  const fault = world.random.pick(['timeout-before-acting', 'reset', 'error-5xx'] as const);
  await world.stack.sandbox.addFault(partner, towards(partner, msisdn, { fault, count: 1 }));
  return idOf(await world.recorder[kind]({ partner, msisdn }));
}

/** A denial counts once what is denied would be visible. */
async function wasDeniedTwice(world: World, operation: Standing, attempts: number): Promise<void> {
  const what = `${operation.kind} ${operation.id} at ${operation.partner}`;
  assert.equal(operation.attempts, attempts, `${what} was sent ${operation.attempts} times`);
  const counted = await denials(world, operation.id, VISIBILITY_MS);
  assert.ok(counted >= 2, `${what} was believed lost after ${counted} denials that count`);
}

/** It was asked about and denied, and paid afterwards all the same. */
async function wasDoubted(world: World, id: string): Promise<void> {
  const seen = await passages(world, id);
  assert.ok(seen.includes('unknown'), `${id} was never in doubt: ${seen.join(' ')}`);
  assert.ok((await denials(world, id, 0)) > 0, `${id} was never denied`);
}

/** Whose partner would take it for another order is not sent again: it ends, and nobody has paid. */
async function endedUnpaid(world: World, id: string): Promise<void> {
  const [operation] = await allEnded(world, [id]);
  assert.ok(operation);
  const { failure } = await world.stack.client.operation(id);
  assert.equal(operation.state, 'failed', `${id} ended as ${operation.state}`);
  assert.equal(failure?.moneyMoved, 'no', `whether money moved for ${id}`);
  assert.deepEqual(await movements(world, operation), [], `movements of ${id}`);
  await wasDeniedTwice(world, operation, 1);
}

const deadlines = { visibilityDelayMs: VISIBILITY_MS, enquiryTimetableMs: [300, 600, 1_200, 1_800, 2_400] };

/** One "not found" proves nothing: what it denies may be on its way. */
export const silenceBeforeActing: Scenario = {
  id: 'F14',
  title: 'the order does not reach the partner, or reaches it late',
  settings: {
    partners: {
      'mpesa-ke': { settings: { timing: { visibilityDelayMs: VISIBILITY_MS } }, deadlines },
      'wave-sn': { deadlines },
    },
  },
  async run(world) {
    await closeBreakers(world);
    const late = await arrivesLate(world);
    const sentAgain = [
      await isLost(world, 'transfer', 'wave-sn'),
      await isLost(world, 'transfer', 'mpesa-ke'),
    ];
    const sentOnce = await isLost(world, 'pay', 'wave-sn');
    const ended = await allSucceeded(world, [late, ...sentAgain]);
    await movedOnce(world, ended);
    await wasDoubted(world, late);
    for (const one of ended) if (sentAgain.includes(one.id)) await wasDeniedTwice(world, one, 2);
    await endedUnpaid(world, sentOnce);
  },
};
