import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Stack } from '../../support/stack.js';
import { empty } from '../afresh.js';

/** Tables that hold the story of an operation, and by which column. */
const STORY = [
  ...['transitions', 'events', 'attempts', 'enquiries', 'notices'],
  ...['idempotency_keys', 'partner_references'],
] as const;

export const MODELLED = ['operations', 'callbacks', ...STORY] as const;
export type ModelledTable = (typeof MODELLED)[number];

/** What each model is, and its share of the filled operations in hundredths. */
export const MODELS = [
  { share: 80, path: '/v1/payments', party: 'payer', digits: '71', ends: 'succeeded' },
  { share: 15, path: '/v1/transfers', party: 'payee', digits: '72', ends: 'succeeded' },
  // Refused: too little money.
  { share: 5, path: '/v1/transfers', party: 'payee', digits: '02', ends: 'failed' },
] as const;

const PAUSE_MS = 100;
const PATIENCE_MS = 15_000;

const WORK_LEFT = `SELECT (SELECT count(*) FROM events WHERE due_at IS NOT NULL)::int
    + (SELECT count(*) FROM callbacks WHERE due_at IS NOT NULL)::int AS count`;

async function untilNothingIsLeft(database: pg.Pool): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const { rows } = await database.query<{ count: number }>(WORK_LEFT);
    if (rows[0]?.count === 0) return;
    await sleep(PAUSE_MS);
  }
  throw new Error('the operations that are to be models are not done with');
}

async function carryThrough({ client }: Stack, { path, party, digits, ends }: (typeof MODELS)[number]) {
  const { body, status } = await client.post(path, {
    partner: 'wave-sn',
    amount: { value: '1500', currency: 'XOF' },
    [party]: { type: 'msisdn', value: `+2217700000${digits}` },
    reference: `MODEL-${digits}`,
    description: 'Order 20418',
    metadata: { branch: 'DKR-3' },
  });
  if (status !== 202) throw new Error(`a model is answered ${status}: ${JSON.stringify(body)}`);
  await client.untilState(body.id, [ends]);
  return body.id;
}

const copyOf = (table: ModelledTable): string => {
  const of = (column: string): string =>
    `CREATE TABLE bench.${table} AS SELECT array_position($IDS, ${column}) - 1 AS story, t.* FROM ${table} t`;
  if (table === 'operations') return `${of('t.id')} WHERE t.id = ANY($IDS)`;
  if (table !== 'callbacks') return `${of('t.operation_id')} WHERE t.operation_id = ANY($IDS)`;
  return `${of('n.operation_id')} JOIN notices n ON n.callback_id = t.id WHERE n.operation_id = ANY($IDS)`;
};

/**
 * Lets the gateway carry real operations through, keeps all their rows in the schema `bench` beside the number of their
 * model, and forgets them otherwise.
 */
export async function makeModels(stack: Stack): Promise<void> {
  const { database, sandbox } = stack;
  const ids = await Promise.all(MODELS.map((model) => carryThrough(stack, model)));
  await untilNothingIsLeft(database);
  const list = `ARRAY[${ids.map((id) => `'${id}'`).join(', ')}]::uuid[]`;
  await database.query('CREATE SCHEMA bench');
  for (const table of MODELLED) await database.query(copyOf(table).replaceAll('$IDS', () => list));
  await empty(database);
  await sandbox.forget('wave-sn');
}
