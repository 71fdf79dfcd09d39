import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, closeBreakers, idOf, movedOnce, phones, type Standing, towards } from './sights.js';

const VISIBILITY_MS = 1_500;
/** Under way for longer than we wait for the answer and for the first "not found". */
const ON_THE_ROAD_MS = 3_200;

/** Answers "not found" that count: asked after the visibility delay, heard before the order was sent again. */
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
  JOIN attempts second ON second.operation_id = $1 AND second.number = 2
  WHERE denials.asked_at >= first.started_at + make_interval(secs => $2::double precision / 1000)
    AND denials.heard_at < second.started_at`;

async function countedDenials({ stack }: World, id: string): Promise<number> {
  const { rows } = await stack.database.query<{ counted: number }>(COUNTED, [id, VISIBILITY_MS]);
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

async function wasDeniedTwice(world: World, { id, kind, partner, attempts }: Standing): Promise<void> {
  assert.equal(attempts, 2, `${kind} ${id} at ${partner} was sent ${attempts} times`);
  const counted = await countedDenials(world, id);
  assert.ok(counted >= 2, `${kind} ${id} at ${partner} was sent again after ${counted} denials that count`);
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
    const lost = [
      await isLost(world, 'transfer', 'wave-sn'),
      await isLost(world, 'pay', 'wave-sn'),
      await isLost(world, 'transfer', 'mpesa-ke'),
    ];
    const ended = await allSucceeded(world, [late, ...lost]);
    await movedOnce(world, ended);
    for (const one of ended) if (lost.includes(one.id)) await wasDeniedTwice(world, one);
  },
};
