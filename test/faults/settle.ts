import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXPLAINS_MISPASSED, EXPLAINS_NO_END, inSql } from './invariants/flags.js';

const PAUSE_MS = 100;
const NAMED = 8;

interface Left {
  readonly what: string;
}

/** What was flagged only now may still end: enquiries go on, and a busy machine is late with them. */
const GRACE_S = 4;

/** What waits for its next look is looked at again; what nobody has come for so long after its time waits for nothing. */
const OVERDUE_S = 10;

/** Everything that is still on its way: neither ended nor flagged for a while, not read, not told. */
const LEFT = `
  SELECT kind || ' ' || id || ' at ' || partner || ' is ' || state AS what FROM operations o
  WHERE state NOT IN ('succeeded', 'failed', 'cancelled', 'expired')
    AND NOT EXISTS (SELECT FROM discrepancies d WHERE d.operation_id = o.id AND d.settled_at IS NULL
      AND d.kind IN (${inSql(EXPLAINS_NO_END)}) AND d.opened_at < now() - interval '${GRACE_S} seconds')
  UNION ALL
  SELECT 'a callback of ' || partner || ' (' || id || ') is ' || state || ', failures: ' || failures ||
    CASE WHEN due_at IS NULL THEN ', and nobody will look' ELSE '' END
  FROM callbacks WHERE state = 'stored'
    OR (state = 'waiting' AND (due_at IS NULL OR due_at < now() - interval '${OVERDUE_S} seconds'))
  UNION ALL
  SELECT 'receipt ' || receipt_id || ' is not passed on' FROM passing_on p
  WHERE NOT EXISTS (SELECT FROM discrepancies d JOIN operations o ON o.id = d.operation_id
    WHERE d.settled_at IS NULL AND d.kind IN (${inSql(EXPLAINS_MISPASSED)})
      AND (o.id IN (p.receipt_id, p.credit_id) OR o.reverses = p.credit_id))
  UNION ALL
  SELECT 'the answer to transfer ' || transfer || ' of ' || partner || ' is not told, tries: ' || tries
  FROM inbound_answers WHERE due_at IS NOT NULL
  UNION ALL
  SELECT 'event ' || type || ' of ' || operation_id || ' is not told' FROM events WHERE due_at IS NOT NULL`;

/** In the order in which the gateway holds them, so that no two wait for each other. */
const hurried = (table: string, key: string, where: string): string => `
  UPDATE ${table} t SET due_at = now()
  FROM (SELECT ${key} FROM ${table} WHERE due_at > now() + interval '1 second' AND ${where}
    ORDER BY ${key} FOR UPDATE) AS held
  WHERE t.${key} = held.${key}`;

/** Money that is passed on is looked at, and an answer that was not taken is told, more and more rarely: here somebody waits. */
export async function hurryPassingOn(database: pg.Pool): Promise<void> {
  await database.query(hurried('passing_on', 'receipt_id', 'true'));
  // What nobody has told yet, a process may still be at.
  await database.query(hurried('inbound_answers', 'operation_id', 'tries > 0'));
}

/** @returns a sentence for each thing that is still on its way, but not more than `most` */
export async function findLeft(database: Pick<pg.Pool, 'query'>, most: number): Promise<readonly string[]> {
  const { rows } = await database.query<Left>(`SELECT what FROM (${LEFT}) AS l LIMIT $1`, [most]);
  return rows.map(({ what }) => what);
}

/**
 * Resolves when every operation has ended or is flagged, every callback was looked at and waits at most for another
 * look that is not overdue, every event was told, what was brought is passed on, and whoever waits for an answer to it
 * has it.
 * @throws naming what is left
 */
export async function settle(database: pg.Pool, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const left = await findLeft(database, NAMED);
    if (left.length === 0) return;
    if (performance.now() > until) {
      const { rows: counted } = await database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM (${LEFT}) AS l`,
      );
      throw new Error(`${counted[0]?.n ?? 0} not settled within ${withinMs / 1_000} s: ${left.join('; ')}`);
    }
    await hurryPassingOn(database);
    await sleep(PAUSE_MS);
  }
}
