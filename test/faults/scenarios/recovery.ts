import assert from 'node:assert/strict';
import { ENDED } from '../../support/gateway-client.js';
import { SUBMIT_FOR_MS } from '../settings.js';
import { type World } from '../world.js';
import { resolved } from './intake-sights.js';
import { changeOperations } from './sights.js';

/** What was begun has to wait for a lease to end and be denied twice before it is sent again: that takes so much of its time. */
const TO_RECOVER_MS = SUBMIT_FOR_MS / 2;
const WITHIN_MS = 60_000;

interface Unpaid {
  readonly id: string;
  readonly kind: string;
  readonly partner: string;
  readonly state: string;
  readonly createdAt: Date;
  /** A prompt that only a callback can settle: nobody has its identifier. */
  readonly isNameless: boolean;
  readonly wasDoubted: boolean;
  readonly moneyMoved: string | null;
  /** Older than anything is sent again, when it ended. */
  readonly wasTooOld: boolean;
}

const UNPAID = `
  SELECT id, kind, partner, state, created_at AS "createdAt",
    kind = 'payment' AND partner = 'mpesa-ke' AND state = 'unknown' AND partner_reference IS NULL AS "isNameless",
    failure->>'moneyMoved' AS "moneyMoved",
    EXISTS (SELECT FROM transitions t WHERE t.operation_id = o.id AND to_state = 'unknown') AS "wasDoubted",
    coalesce(completed_at - created_at >= make_interval(secs => ${SUBMIT_FOR_MS / 1_000}), false) AS "wasTooOld"
  FROM operations o WHERE id = ANY ($1::uuid[]) AND state <> 'succeeded'`;

async function unpaid({ stack }: World, ids: readonly string[]): Promise<readonly Unpaid[]> {
  return (await stack.database.query<Unpaid>(UNPAID, [ids])).rows;
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
function mayBeLost(one: Unpaid, overAt: Date): boolean {
  const beforeMs = overAt.getTime() - one.createdAt.getTime();
  if (beforeMs < 0) return false;
  if (one.isNameless) return true;
  if (one.state !== 'failed' || one.moneyMoved !== 'no') return false;
  // A second one would be another: what has not got there is not sent again.
  if (one.kind === 'payment' && one.partner === 'wave-sn') return one.wasDoubted;
  return beforeMs > TO_RECOVER_MS || (one.wasDoubted && one.wasTooOld);
}

/**
 * Resolves when all of them have succeeded, but for those that were asked for before `overAt` and could be lost until then:
 * nothing was wrong with any of them but what the scenario broke.
 * @throws naming one that has another end
 */
export async function recovered(world: World, ids: readonly string[], overAt: Date): Promise<void> {
  await resolved(world, ids);
  const left = await ended(world, ids);
  for (const one of left) {
    const { kind, id, partner, state } = one;
    assert.ok(mayBeLost(one, overAt), `${kind} ${id} at ${partner} is ${state}: nothing was wrong with it`);
  }
  world.say(`    ${left.length} of ${ids.length} were lost on their way`);
}
