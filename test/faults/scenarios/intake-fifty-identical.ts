import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newOrder } from '../orders.js';
import { type Answered, type Scenario, type World } from '../world.js';
import { operationsOf } from './intake-sights.js';
import { KINDS } from './load.js';
import { allSucceeded, idOf, movedOnce } from './sights.js';

const AT_ONCE = 50;

const codeOf = ({ body }: Answered): unknown =>
  typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;

const repeated = (send: (n: number) => Promise<Answered>): Promise<Answered[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => send(n)));

/** @returns the one operation that all of them are */
function theOnly(answers: readonly Answered[]): string {
  const ids = new Set(answers.map(idOf));
  assert.equal(ids.size, 1, `${answers.length} identical requests are ${ids.size} operations`);
  const news = answers.filter(({ headers }) => headers.get('idempotency-replayed') !== 'true');
  assert.equal(news.length, 1, 'one of them was the first');
  return [...ids].join();
}

/** Two different requests race for one key: whoever comes first has it for ever. */
async function otherContent({ recorder, random }: World): Promise<readonly string[]> {
  const orders = [newOrder(random, {}), newOrder(random, {})] as const;
  const key = randomUUID();
  const answers = await repeated((n) => recorder.pay(n % 2 === 0 ? orders[0] : orders[1], { key }));
  const taken = answers.filter(({ operation }) => operation !== null);
  const refused = answers.filter(({ operation }) => operation === null);
  assert.equal(taken.length, AT_ONCE / 2, 'one content is taken in, every time');
  for (const { status, body } of refused) assert.equal(status, 422, JSON.stringify(body));
  assert.deepEqual([...new Set(refused.map(codeOf))], ['idempotency-key-reused']);
  return [theOnly(taken)];
}

export const fiftyIdentical: Scenario = {
  id: 'F5',
  title: 'fifty identical requests come at once',
  async run(world) {
    const { recorder, random, stack } = world;
    const order = newOrder(random, {});
    const asking = random.pick(KINDS);
    const key = randomUUID();
    const id = theOnly(await repeated((n) => recorder[asking](order, { key, api: n % 2 })));
    assert.deepEqual(await operationsOf(world, [order.reference]), [id]);
    const payment = idOf(await recorder.pay({ partner: 'wave-sn' }));
    const ended = await allSucceeded(world, [id, payment, ...(await otherContent(world))]);
    await movedOnce(world, ended);
    const back = randomUUID();
    const reversal = theOnly(
      await repeated((n) => recorder.reverse(payment, undefined, { key: back, api: n % 2 })),
    );
    const { rows } = await stack.database.query('SELECT id FROM operations WHERE reverses = $1', [payment]);
    assert.deepEqual(rows, [{ id: reversal }]);
    await allSucceeded(world, [reversal]);
  },
};
