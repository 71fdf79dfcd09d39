import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { newId } from '#domain';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';
import { pageAt } from './markdown.js';
import { read } from './tree.js';

const recipes = [...pageAt('docs/operations.md').text.matchAll(/^\s*```sql\n([\s\S]*?)^\s*```$/gm)].map(
  ([, sql = '']) => sql.trim(),
);

describe('what operators are told to type', () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  it.each(recipes.map((sql) => [sql.split('\n')[0] ?? '', sql]))('runs: %s', async (_title, sql) => {
    await expect(opened.database.pool.query(sql)).resolves.toBeDefined();
  });

  it('ends an operation with its transition and its event', async () => {
    const id = newId(new Date());
    const byHand = recipes.find((sql) => sql.includes("'operator'")) ?? '';
    const { pool } = opened.database;
    await pool.query(
      `INSERT INTO operations (id, kind, partner, state, version, amount_minor, currency)
        VALUES ($1, 'payment', 'sahel-sn', 'unknown', 3, 100, 'XOF')`,
      [id],
    );
    const { rowCount } = await pool.query(byHand.replace(/id = '[^']+'/, `id = '${id}'`));
    expect(rowCount).toBe(1);
    const { rows } = await pool.query(
      `SELECT o.state, o.version, t.from_state, t.to_state, t.actor, e.type, e.body
        FROM operations o JOIN transitions t ON t.operation_id = o.id AND t.sequence = o.version
        JOIN events e ON e.operation_id = o.id AND e.sequence = o.version WHERE o.id = $1`,
      [id],
    );
    expect(rows).toMatchObject([
      {
        ...{
          state: 'succeeded',
          version: 4,
          from_state: 'unknown',
          to_state: 'succeeded',
          actor: 'operator',
        },
        ...{ type: 'payment.succeeded', body: { state: 'succeeded', previousState: 'unknown' } },
      },
    ]);
  });
});

describe('the Compose file', () => {
  it('is YAML whose services name what it defines', () => {
    const compose = parse(read('deploy/docker-compose.yaml'), { merge: true }) as {
      services: Record<string, { depends_on?: Record<string, unknown>; command?: readonly string[] }>;
    };
    const { services } = compose;
    const needed = Object.values(services).flatMap(({ depends_on = {} }) => Object.keys(depends_on));
    expect(needed.filter((name) => !Object.hasOwn(services, name))).toEqual([]);
    expect(services['worker']?.command).toEqual(['dist/apps/worker/src/main.js']);
  });
});
