import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack } from '../support/stack.js';
import { startGateway } from './gateway.js';
import { type Collection, runCollection } from './support/collections.js';
import { paidByUs, paidToUs } from './support/own-collections.js';
import { type Scheme, startScheme } from './support/scheme.js';

/**
 * Where somebody has put the public collections of Payment Manager. They are not ours to carry, so they may be missing, but not
 * where the variable says that they are there. Our own run in any case.
 */
const PROMISED = process.env['MOJALOOP_COLLECTIONS'];
const FOLDER = PROMISED ?? '../shared/data/mojaloop-ttk';
/** How the collections call the scheme adapter. */
const IN_THE_COLLECTIONS = 'http://sdk-scheme-adapter:4001';

const PAYEE = { idType: 'MSISDN', idValue: '254712000345' };
const PARTIES = 'application/vnd.interoperability.parties+json;version=1.0';
const INPUTS = {
  ...{ accept: PARTIES, contentType: PARTIES, amount: '100', currency: 'KES', note: 'Rent' },
  ...{ fromFspId: 'testingtoolkitdfsp', fromIdType: 'MSISDN', fromIdValue: '254711000009' },
  ...{ fromFirstName: 'Fatou', fromLastName: 'Demo', fromDOB: '1984-01-01' },
  ...{ toIdType: PAYEE.idType, toIdValue: PAYEE.idValue },
};

const read = (name: string, outboundUrl: string): Collection => {
  const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll(IN_THE_COLLECTIONS, outboundUrl);
  return { name, ...(JSON.parse(text) as Collection) };
};

const runsThem = PROMISED !== undefined || existsSync(FOLDER);
if (!runsThem) process.stderr.write(`no public collections in ${FOLDER}: only our own are run\n`);

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
          params: { Type: PAYEE.idType, ID: PAYEE.idValue },
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

  const passes = (name: string, count: number, collection: () => Collection): void => {
    it(`passes: ${name}`, async () => {
      const { assertions } = await runCollection(collection(), INPUTS);
      expect(assertions.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
      expect(assertions).toHaveLength(count);
    });
  };
  const passesPublic = (name: string, count: number): void => {
    passes(name, count, () => read(name, scheme.outboundUrl));
  };

  it('fails where something that it says is not so', async () => {
    const { assertions } = await runCollection(HALF_TRUE, {});
    expect(assertions.map(({ description, status, message }) => [description, status, message])).toEqual([
      ['202', 'SUCCESS', ''],
      ['204', 'FAILED', 'expected 202 to equal 204'],
    ]);
  });

  passes('our own, of a payment to us', 15, () => paidToUs({ payee: PAYEE }));
  passes('our own, of a payment of ours', autoAccept ? 3 : 9, () => paidByUs(scheme.outboundUrl, autoAccept));

  if (runsThem && !autoAccept) {
    passesPublic('p2p_happy_path.json', 28);
    passesPublic('outbound_transfer.json', 9);
  }
  if (runsThem && autoAccept) passesPublic('outbound_transfer_auto_acceptance.json', 3);
});
