import type pg from 'pg';
import { type ModelledTable } from './models.js';

/** What is another in each copy. `c` is the copy, `m` the row of its model. */
const COMMON: Readonly<Record<string, string>> = {
  operation_id: 'c.id',
  client_id: 'c.client_id',
  partner: 'c.partner',
  callback_id: "bench.id_at(c.moment, m.callback_id || ' ' || c.n)",
};

const OWN: Readonly<Partial<Record<ModelledTable, Readonly<Record<string, string>>>>> = {
  operations: {
    id: 'c.id',
    amount_minor: 'c.amount_minor',
    payer_value: 'CASE WHEN m.payer_value IS NOT NULL THEN c.msisdn END',
    payee_value: 'CASE WHEN m.payee_value IS NOT NULL THEN c.msisdn END',
    reference: "'INV-' || left(md5(c.n::text), 10)",
    correlation_id: 'bench.renamed(m.correlation_id, c.n)',
    partner_reference: 'bench.renamed(m.partner_reference, c.n)',
    receipt: 'bench.renamed(m.receipt, c.n)',
    claimed_receipt: 'bench.renamed(m.claimed_receipt, c.n)',
    claimed_names:
      'CASE WHEN m.claimed_names IS NOT NULL THEN ARRAY(SELECT bench.renamed(name, c.n) FROM unnest(m.claimed_names) AS name) END',
  },
  callbacks: { id: "bench.id_at(c.moment, m.id || ' ' || c.n)" },
  partner_references: { reference: 'bench.renamed(m.reference, c.n)' },
  idempotency_keys: { key: "md5('key ' || c.n)::uuid::text" },
};

interface Column {
  name: string;
  type: string;
}

const COLUMNS = `SELECT column_name AS name, data_type AS type FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`;

function expressionOf(table: ModelledTable, { name, type }: Column): string {
  const own = OWN[table]?.[name] ?? COMMON[name];
  if (own !== undefined) return own;
  return type === 'timestamp with time zone' ? `m.${name} + c.shift` : `m.${name}`;
}

/** Copies a table's rows of each model for the operations in `chunk`; whatever columns the table has. */
export async function copyStatement(database: pg.Pool, table: ModelledTable): Promise<string> {
  const { rows: columns } = await database.query<Column>(COLUMNS, [table]);
  // Nobody asked for some of them, and no key did either.
  const where = table === 'idempotency_keys' ? 'WHERE c.client_id IS NOT NULL' : '';
  return `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
    SELECT ${columns.map((column) => expressionOf(table, column)).join(', ')}
    FROM chunk c JOIN bench.${table} m USING (story) ${where} ORDER BY c.n`;
}
