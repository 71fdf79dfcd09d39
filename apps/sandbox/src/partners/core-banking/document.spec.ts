import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CoreBankingStage, openCoreBankingStage } from '../../testing/core-banking-stage.js';

interface Example {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** A request, a blank line, a status, an answer. */
function readExample(block: string): Example {
  const [request = '', response = ''] = block.split('\n\n');
  const [line = '', ...body] = request.split('\n');
  const [status, ...answer] = response.split('\n');
  const [method = '', path = ''] = line.split(' ');
  return {
    method,
    path,
    body: body.length === 0 ? undefined : JSON.parse(body.join('\n')),
    status: Number(status),
    answer: JSON.parse(answer.join('\n')),
  };
}

const page = readFileSync('docs/partners/core-banking.md', 'utf8');
const examples = [...page.matchAll(/^```http\n([\s\S]+?)\n```$/gm)].map(([, block = '']) =>
  readExample(block),
);

/** Numbers of bookings and moments are others each time. */
const likened = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"CB-\d{10}"/g, '"CB-…"')
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a moment"'),
  );

describe('the page that banks build by', () => {
  let stage: CoreBankingStage;
  beforeAll(async () => {
    stage = await openCoreBankingStage();
  });
  afterAll(() => stage.close());

  it('has an example of every call', () => {
    const calls = examples.map(({ method, path }) => `${method} /${path.split('/')[1] ?? ''}`);
    expect([...new Set(calls)].sort()).toEqual([
      'GET /accounts',
      'GET /credits',
      'GET /reversals',
      'POST /quotes',
      'PUT /credits',
      'PUT /reversals',
    ]);
  });

  it.each(examples.map((example, n) => [n + 1, `${example.method} ${example.path}`, example] as const))(
    'example %s: %s is answered as it says',
    async (_n, _call, { method, path, body, status, answer }) => {
      const reply = await stage.core(method, path, body);
      expect({ status: reply.status, answer: likened(reply.json) }).toEqual({
        status,
        answer: likened(answer),
      });
    },
  );
});
