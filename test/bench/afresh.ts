import type pg from 'pg';

const BY_OPERATION = ['transitions', 'events', 'attempts', 'enquiries', 'notices', 'idempotency_keys'];
const REFERRING = ['partner_references', 'discrepancies'];
const BY_ID = ['operations', 'callbacks', 'messages'];
const GROWING = [...BY_ID, ...BY_OPERATION, ...REFERRING];

/** Empty tables, and nothing left to be written to disk. */
export async function empty(database: pg.Pool): Promise<void> {
  await database.query(`TRUNCATE ${GROWING.join(', ')}`);
  await database.query('CHECKPOINT');
}

/** Takes out what came after a moment, and leaves neither dead rows nor anything to be written to disk. */
export async function removeSince(database: pg.Pool, moment: Date): Promise<void> {
  const remove = (table: string, column: string) =>
    database.query(`DELETE FROM ${table} WHERE ${column} >= lowest_id_at($1::timestamptz)`, [moment]);
  for (const table of BY_ID) await remove(table, 'id');
  for (const table of [...BY_OPERATION, ...REFERRING]) await remove(table, 'operation_id');
  await database.query(`VACUUM ${GROWING.join(', ')}`);
  await database.query('CHECKPOINT');
}
