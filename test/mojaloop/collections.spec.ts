import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack } from '../support/stack.js';
import { startGateway } from './gateway.js';
import { type Collection, runCollection } from './support/collections.js';
import { type Scheme, startScheme } from './support/scheme.js';

/** Where somebody has put the public collections of Payment Manager. They are not ours to carry. */
const FOLDER = process.env['MOJALOOP_COLLECTIONS'] ?? '../shared/data/mojaloop-ttk';
/** How the collections call the scheme adapter. */
const IN_THE_COLLECTIONS = 'http://sdk-scheme-adapter:4001';

const PARTIES = 'application/vnd.interoperability.parties+json;version=1.0';
const INPUTS = {
  ...{ accept: PARTIES, contentType: PARTIES, amount: '100', currency: 'KES', note: 'Rent' },
  ...{ fromFspId: 'testingtoolkitdfsp', fromIdType: 'MSISDN', fromIdValue: '254711000009' },
  ...{ fromFirstName: 'Fatou', fromLastName: 'Demo', fromDOB: '1984-01-01' },
  ...{ toIdType: 'MSISDN', toIdValue: '254712000345' },
};

const read = (name: string, outboundUrl: string): Collection => {
  const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll(IN_THE_COLLECTIONS, outboundUrl);
  return { name, ...(JSON.parse(text) as Collection) };
};

const hasThem = existsSync(FOLDER);

/** One request, and two things said of its answer, of which one is not so. */
const HALF_TRUE: Collection = {
  test_cases: [
    {
      ...{ id: 1, name: 'a lookup' },
      requests: [
        {
          ...{ id: 1, method: 'get', operationPath: '/parties/{Type}/{ID}' },
          apiVersion: { type: 'fspiop', majorVersion: 1, minorVersion: 1, asynchronous: true },
          headers: {
            ...{ Accept: PARTIES, 'Content-Type': PARTIES, 'FSPIOP-Source': 'testingtoolkitdfsp' },
            Date: '{$function.generic.curDate}',
          },
          params: { Type: 'MSISDN', ID: '254712000345' },
          tests: {
            assertions: ['202', '204'].map((status, n) => ({
              id: n + 1,
              description: status,
              exec: [`expect(response.status).to.equal(${status})`],
            })),
          },
        },
      ],
    },
  ],
};

describe.each([
  ['asks before it moves money', false],
  ['asks nothing', true],
])('a collection of the toolkit’s, over a scheme adapter that %s', (_how, autoAccept) => {
  let scheme: Scheme;
  let stack: Stack;

  beforeAll(async () => {
    scheme = await startScheme({ autoAccept });
    stack = await startGateway(scheme);
  }, 300_000);
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  const passes = (name: string, count: number): void => {
    it(`passes: ${name}`, async () => {
      const { assertions } = await runCollection(read(name, scheme.outboundUrl), INPUTS);
      expect(assertions.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
      expect(assertions).toHaveLength(count);
    });
  };

  it('fails where something that it says is not so', async () => {
    const { assertions } = await runCollection(HALF_TRUE, {});
    expect(assertions.map(({ description, status, message }) => [description, status, message])).toEqual([
      ['202', 'SUCCESS', ''],
      ['204', 'FAILED', 'expected 202 to equal 204'],
    ]);
  });

  if (hasThem && !autoAccept) {
    passes('p2p_happy_path.json', 28);
    passes('outbound_transfer.json', 9);
  }
  if (hasThem && autoAccept) passes('outbound_transfer_auto_acceptance.json', 3);
});
