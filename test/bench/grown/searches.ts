import { toCursor } from '../../../apps/api/src/http/cursor.js';
import { SearchQueryDto, toSearchFilter } from '../../../apps/api/src/operations/search.dto.js';
import { type Stack } from '../../support/stack.js';
import { type Latency } from '../load/job.js';
import { runJob } from '../load/run-job.js';
import { type Say } from '../side.js';
import { type GrownDatabase } from './fill.js';

const SAMPLES = 300;
/** At most, for one criterion. */
const TIMING = { warmUpMs: 0, runMs: 8_000 };
const DAY_MS = 86_400_000;

/** Of an operation that is there: what somebody may have in hand of it. */
interface Sample {
  id: string;
  reference: string;
  partner_reference: string;
  receipt: string;
  msisdn: string;
  amount: string;
  created_at: Date;
}

interface Case {
  readonly name: string;
  readonly queryOf: (sample: Sample) => Readonly<Record<string, string>>;
  /** The page goes on from the sample. */
  readonly isDeep?: boolean;
  /** The sample itself has to be on the page. */
  readonly finds?: boolean;
}

export interface SearchResult {
  readonly name: string;
  readonly count: number;
  readonly latency: Latency;
  readonly objections: readonly string[];
}

const dayOf = ({ created_at: at }: Sample) => ({
  from: new Date(at.getTime() - DAY_MS / 2).toISOString(),
  to: new Date(at.getTime() + DAY_MS / 2).toISOString(),
});

const CASES: readonly Case[] = [
  { name: 'id', queryOf: ({ id }) => ({ id }), finds: true },
  { name: 'reference', queryOf: ({ reference }) => ({ reference }), finds: true },
  { name: 'partnerReference', queryOf: (one) => ({ partnerReference: one.partner_reference }), finds: true },
  { name: 'receipt', queryOf: ({ receipt }) => ({ receipt }), finds: true },
  { name: 'msisdn', queryOf: ({ msisdn }) => ({ msisdn }), finds: true },
  { name: 'amount', queryOf: ({ amount }) => ({ amount, currency: 'XOF' }) },
  { name: 'amountOfNobody', queryOf: () => ({ amount: '7654321', currency: 'XOF' }) },
  {
    name: 'amountOnDay',
    queryOf: (one) => ({ amount: one.amount, currency: 'XOF', ...dayOf(one) }),
    finds: true,
  },
  { name: 'succeeded', queryOf: () => ({ state: 'succeeded' }) },
  { name: 'failed', queryOf: () => ({ state: 'failed' }) },
  { name: 'pending', queryOf: () => ({ state: 'pending' }) },
  { name: 'partner', queryOf: () => ({ partner: 'wave-sn' }) },
  { name: 'rarePartner', queryOf: () => ({ partner: 'wave-ci' }) },
  { name: 'partnerOfNobody', queryOf: () => ({ partner: 'mpesa-ke' }) },
  { name: 'dates', queryOf: dayOf },
  { name: 'all', queryOf: () => ({}) },
  { name: 'deep', queryOf: () => ({}), isDeep: true },
  { name: 'deepFailed', queryOf: () => ({ state: 'failed' }), isDeep: true },
];

async function takeSamples({ database, client }: Stack, { operations, filledAt }: GrownDatabase) {
  // Half as many again as are wanted, so that chance does not leave too few.
  const percent = Math.min(100, (SAMPLES * 200) / operations);
  const { rows } = await database.query<Sample>(
    `SELECT id, reference, partner_reference, receipt, coalesce(payer_value, payee_value) AS msisdn,
      amount_minor AS amount, created_at
    FROM operations TABLESAMPLE BERNOULLI (${percent.toFixed(6)})
    WHERE client_id = $1 AND id < lowest_id_at($2::timestamptz) AND receipt IS NOT NULL ORDER BY random() LIMIT $3`,
    [client.credentials.clientId, filledAt, SAMPLES],
  );
  return rows;
}

function pathOf({ queryOf, isDeep = false }: Case, sample: Sample, clientId: string): string {
  const query = queryOf(sample);
  const filter = toSearchFilter(SearchQueryDto.parse(query), clientId, true);
  const cursor = isDeep ? { cursor: toCursor(sample.id, filter) } : {};
  return `/v1/operations?${new URLSearchParams({ ...query, ...cursor }).toString()}`;
}

/** Looks once whether the right one is found. */
async function objectionsTo({ client }: Stack, { name }: Case, path: string, id: string): Promise<string[]> {
  const { status, body } = await client.get<{ items?: readonly { id: string }[] }>(path);
  if (!body.items) return [`search by ${name} is answered ${status}: ${JSON.stringify(body)}`];
  return body.items.some((item) => item.id === id) ? [] : [`search by ${name} does not find its operation`];
}

async function read({ client, apiUrls }: Stack, name: string, paths: readonly string[], say: Say) {
  const token = await client.accessToken();
  const measured = await runJob({ kind: 'read', apiUrl: apiUrls[0] ?? '', token, paths, ...TIMING });
  const { latency, failures } = measured;
  say(`  ${name}: p50 ${latency.p50.toFixed(1)}, p95 ${latency.p95.toFixed(1)} ms`);
  const objections = Object.entries(failures).map(([how, count]) => `search by ${name}: ${count} × ${how}`);
  return { name, latency, objections, count: measured.total };
}

/** One reader, one request after another: every criterion, and timelines. The worker is stopped. */
export async function measureSearches(stack: Stack, grown: GrownDatabase, say: Say): Promise<SearchResult[]> {
  say('search and timeline, grown database …');
  const samples = await takeSamples(stack, grown);
  const [first] = samples;
  if (first === undefined) throw new Error('there is nothing to be searched for');
  const results: SearchResult[] = [];
  for (const one of CASES) {
    const paths = samples.map((sample) => pathOf(one, sample, stack.client.credentials.clientId));
    const wrong = one.finds === true ? await objectionsTo(stack, one, paths[0] ?? '', first.id) : [];
    const result = await read(stack, one.name, paths, say);
    results.push({ ...result, objections: [...wrong, ...result.objections] });
  }
  const timelines = samples.map(({ id }) => `/v1/operations/${id}/timeline`);
  return [...results, await read(stack, 'timeline', timelines, say)];
}
