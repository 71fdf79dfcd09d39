import type pg from 'pg';
import { type Stack } from '../../support/stack.js';
import { type Say } from '../side.js';
import { copyStatement } from './columns.js';
import { makeModels, MODELLED, MODELS } from './models.js';

const MONTHS = 6;
const CHUNK = 50_000;
/** One for each core of the reference machine. */
const FILLERS = 2;

/** Ids and names that differ from copy to copy and are the same wherever one copy speaks of them. */
const FUNCTIONS = `
CREATE FUNCTION bench.id_at(moment timestamptz, salt text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (left(lowest_id_at(moment)::text, 15) || substr(hex, 1, 3) || '-8' || substr(hex, 4, 3) || '-'
    || substr(hex, 7, 12))::uuid FROM (SELECT md5(salt) AS hex) AS hashed
$$;
CREATE FUNCTION bench.renamed(name text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(name, 4) || left(md5(name || n), greatest(length(name) - 4, 14))
$$;`;

/** Each model up to its hundredth. */
const STORY = MODELS.map(({ share }, story) => {
  const before = MODELS.slice(0, story).reduce((sum, model) => sum + model.share, 0);
  return `WHEN hash % 100 < ${before + share} THEN ${story}`;
}).join(' ');

/**
 * The operations $1 to $2 of $3, evenly over the time until now: ten of each payer, one in ten of another client, one
 * in fifty asked for by nobody, one in twenty of another partner, amounts as they come.
 */
const CHUNK_OF = `CREATE TEMP TABLE chunk ON COMMIT DROP AS
  SELECT n, story, moment, moment - m.created_at AS shift, bench.id_at(moment, 'operation ' || n) AS id,
    CASE WHEN n % 50 = 0 THEN NULL WHEN n % 10 = 1 THEN 'another client' ELSE m.client_id END AS client_id,
    CASE WHEN n % 20 = 3 THEN 'wave-ci' ELSE m.partner END AS partner,
    100 + hash % 49900 AS amount_minor, '+22177' || lpad((hash % ($3 / 10 + 1))::text, 7, '0') AS msisdn
  FROM (
    SELECT n, hash, CASE ${STORY} END AS story,
      now() - interval '1 minute' - (${MONTHS} * interval '1 month') * (1 - n / $3::double precision) AS moment
    FROM generate_series($1::bigint, $2::bigint) AS n, LATERAL (SELECT abs(hashint8(n)::bigint) AS hash) AS hashed
  ) AS planned JOIN bench.operations m USING (story)`;

export interface GrownDatabase {
  readonly operations: number;
  readonly megabytes: number;
  readonly fillS: number;
  /** What came later was not filled in. */
  readonly filledAt: Date;
}

/** Fills chunk after chunk, with others at the same time. */
async function fillChunks(database: pg.Pool, copies: readonly string[], next: () => string[] | undefined) {
  const client = await database.connect();
  try {
    for (let bounds = next(); bounds; bounds = next()) {
      await client.query('BEGIN');
      // Only here: what is measured later commits over connections of its own.
      await client.query('SET LOCAL synchronous_commit = off');
      await client.query(
        CHUNK_OF.replace(/\$([123])/g, (_, number: string) => bounds[Number(number) - 1] ?? ''),
      );
      for (const copy of copies) await client.query(copy);
      await client.query('COMMIT');
    }
  } finally {
    client.release(true);
  }
}

/** Bounds of one chunk after another, with a word about how far it is. */
function chunksOf(total: number, say: Say): () => string[] | undefined {
  let from = 1;
  let told = 0;
  return () => {
    const tenth = Math.floor((from * 10) / total);
    if (tenth > told) say(`  ${(from - 1).toLocaleString('en')} of ${total.toLocaleString('en')}`);
    told = tenth;
    if (from > total) return undefined;
    const to = Math.min(from + CHUNK - 1, total);
    const bounds = [from, to, total].map(String);
    from = to + 1;
    return bounds;
  };
}

/** Copies real operations until there are `operations` of them, over the last half year. */
export async function fillDatabase(stack: Stack, operations: number, say: Say): Promise<GrownDatabase> {
  const { database } = stack;
  const began = performance.now();
  say(`filling a second database with ${operations.toLocaleString('en')} operations …`);
  await makeModels(stack);
  await database.query(FUNCTIONS);
  await database.query('CALL make_month_partitions(now() - make_interval(months => $1), $1, 0)', [MONTHS]);
  const copies = await Promise.all(MODELLED.map((table) => copyStatement(database, table)));
  const next = chunksOf(operations, say);
  await Promise.all(Array.from({ length: FILLERS }, () => fillChunks(database, copies, next)));
  say('  counting and cleaning up: VACUUM ANALYZE …');
  await database.query(`VACUUM (ANALYZE) ${MODELLED.join(', ')}`);
  await database.query('DROP SCHEMA bench CASCADE');
  await database.query('CHECKPOINT');
  const { rows } = await database.query<{ mb: number }>(
    'SELECT (pg_database_size(current_database()) / 1048576)::int AS mb',
  );
  const fillS = Math.round((performance.now() - began) / 1000);
  const megabytes = rows[0]?.mb ?? 0;
  say(`  filled in ${fillS} s: ${megabytes.toLocaleString('en')} MB`);
  return { operations, megabytes, fillS, filledAt: new Date() };
}
