import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newOrder } from '../orders.js';
import { type Scenario } from '../world.js';
import { allSucceeded, idOf } from './sights.js';

const CLIENTS = ['main', 'branch'] as const;
const TIMES = 6;

export const keyOfAnotherClient: Scenario = {
  id: 'F6',
  title: 'two clients use the same key for the same request',
  async run(world) {
    const { recorder, random, stack } = world;
    // Two prompts at once on one phone of M-Pesa are refused by the partner.
    const order = newOrder(random, { partner: 'wave-sn' });
    const key = randomUUID();
    const sent = random.shuffle(CLIENTS.flatMap((client) => Array<typeof client>(TIMES).fill(client)));
    const answers = await Promise.all(
      sent.map(async (client) => ({ client, id: idOf(await recorder.pay(order, { key, client })) })),
    );
    const own = CLIENTS.map((client) => [
      ...new Set(answers.filter((answer) => answer.client === client).map(({ id }) => id)),
    ]);
    for (const ids of own) assert.equal(ids.length, 1, 'one operation for each client');
    const [[mine = ''] = [], [theirs = ''] = []] = own;
    assert.notEqual(mine, theirs, 'a client is given the operation of another one');
    await allSucceeded(world, [mine, theirs]);
    const { status } = await stack.client.get(`/v1/operations/${theirs}`);
    assert.equal(status, 404, 'a client sees the operation of another one');
  },
};
