import assert from 'node:assert/strict';
import { ENDED } from '../../support/gateway-client.js';
import { SUBMIT_FOR_MS } from '../settings.js';
import { type World } from '../world.js';
import { resolved } from './intake-sights.js';
import { changeOperations } from './sights.js';

const WITHIN_MS = 60_000;
/** Half of an order's time: what could not be sent for longer may not be sent in the rest of it, either. */
const LONG_MS = SUBMIT_FOR_MS / 2;
/** Whoever was cut off is back by then. */
const AFTERMATH_MS = 1_000;

/** When processes were dead, or PostgreSQL was away, full or shut. */
export interface Disturbance {
  readonly from: Date;
  readonly over: Date;
}

interface Unpaid {
  readonly id: string;
  readonly kind: string;
  readonly partner: string;
  readonly state: string;
  readonly createdAt: Date;
  /** A prompt that only a callback can settle: nobody has its identifier. */
  readonly isNameless: boolean;
  readonly moneyMoved: string | null;
  /** Older than anything is sent again, when it ended. */
  readonly wasTooOld: boolean;
}

const UNPAID = `
  SELECT id, kind, partner, state, created_at AS "createdAt",
    kind = 'payment' AND partner = 'mpesa-ke' AND state = 'unknown' AND partner_reference IS NULL AS "isNameless",
    failure->>'moneyMoved' AS "moneyMoved",
    coalesce(completed_at - created_at >= make_interval(secs => ${SUBMIT_FOR_MS / 1_000}), false) AS "wasTooOld"
  FROM operations o WHERE id = ANY ($1::uuid[]) AND state <> 'succeeded'`;

async function unpaid({ stack }: World, ids: readonly string[]): Promise<readonly Unpaid[]> {
  return (await stack.database.query<Unpaid>(UNPAID, [ids])).rows;
}

/** In the hands of a worker while something was broken, and what came of it was not heard. $2: from, $3: until. */
const STRUCK = `
  SELECT DISTINCT sent.operation_id AS id FROM transitions sent
  JOIN transitions lost ON lost.operation_id = sent.operation_id AND lost.sequence = sent.sequence + 1
  WHERE sent.operation_id = ANY ($1::uuid[]) AND sent.to_state = 'submitting' AND sent.at <= $3
    AND lost.to_state = 'unknown' AND lost.at >= $2`;

async function struckBy(
  { from, over }: Disturbance,
  { stack }: World,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const until = new Date(over.getTime() + AFTERMATH_MS);
  const { rows } = await stack.database.query<{ id: string }>(STRUCK, [ids, from, until]);
  return new Set(rows.map(({ id }) => id));
}

/** What was flagged meanwhile is asked about more and more rarely: here somebody waits. */
const HURRIED = {
  set: 'due_at = now()',
  where: "state IN ('pending', 'unknown') AND lease IS NULL AND due_at > now() + interval '1 second'",
};

/** @returns those that have not succeeded, once all but nameless prompts have ended. @throws naming one that has not */
async function ended(world: World, ids: readonly string[]): Promise<readonly Unpaid[]> {
  let open: readonly Unpaid[] = [];
  const look = async (): Promise<readonly Unpaid[] | false> => {
    const rows = await unpaid(world, ids);
    open = rows.filter(({ state, isNameless }) => !isNameless && !ENDED.has(state));
    if (open.length === 0) return rows;
    const late = open.map(({ id }) => id);
    await changeOperations(world, late, HURRIED);
    return false;
  };
  try {
    return await world.until('their end', look, WITHIN_MS);
  } catch (cause) {
    const names = open
      .slice(0, 3)
      .map(({ kind, id, partner, state }) => `${kind} ${id} at ${partner} is ${state}`);
    throw new Error(`${open.length} have not ended: ${names.join('; ')}`, { cause });
  }
}

/** What may be lost on the way with a process or a database, and is not sent again. */
function mayBeLost(one: Unpaid, { from, over }: Disturbance, wasStruck: boolean): boolean {
  if (one.createdAt >= over) return false;
  if (one.isNameless) return wasStruck;
  if (one.state !== 'failed' || one.moneyMoved !== 'no') return false;
  // A second one would be another: what has not got there is not sent again.
  if (wasStruck) return one.wasTooOld || (one.kind === 'payment' && one.partner === 'wave-sn');
  return one.wasTooOld && over.getTime() - from.getTime() > LONG_MS;
}

/**
 * Resolves when all of them have succeeded, but for those that were on their way to a partner during the disturbance: nothing
 * was wrong with any of them but what the scenario broke.
 * @throws naming one that has another end
 */
export async function recovered(
  world: World,
  ids: readonly string[],
  disturbance: Disturbance,
): Promise<void> {
  await resolved(world, ids);
  const left = await ended(world, ids);
  const struck = await struckBy(disturbance, world, ids);
  world.say(`    ${left.length} of ${ids.length} were lost, of ${struck.size} that were struck on their way`);
  for (const one of left) {
    const { kind, id, partner, state } = one;
    assert.ok(
      mayBeLost(one, disturbance, struck.has(id)),
      `${kind} ${id} at ${partner} is ${state}: nothing was wrong with it`,
    );
  }
}
