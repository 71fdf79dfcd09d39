import assert from 'node:assert/strict';
import { type Answered, type Scenario, type World } from '../world.js';
import { allSucceeded, givenBack, idOf, movedOnce, phones, type Standing } from './sights.js';

const AT_ONCE = 20;
const ORDERS = [
  { partner: 'wave-sn', kind: 'pay' },
  { partner: 'wave-sn', kind: 'transfer' },
  { partner: 'mpesa-ke', kind: 'pay' },
] as const;
const VALUE = '500';
/** Where money is asked back. */
const PATHS = ['/refund', '/reverse', '/reversal'];

async function paid(world: World): Promise<readonly Standing[]> {
  const sent = ORDERS.map(({ partner, kind }) => {
    const [msisdn = ''] = phones(world.random, partner, 1);
    return world.recorder[kind]({ partner, msisdn, value: VALUE });
  });
  const ended = await allSucceeded(world, (await Promise.all(sent)).map(idOf));
  await movedOnce(world, ended);
  return ended;
}

/** All of it, all of it in so many words, or a part: each a request of its own. */
function askAtOnce(
  { recorder, random }: World,
  { id }: Standing,
  count: number,
): Promise<readonly Answered[]> {
  const amounts = [undefined, VALUE, String(random.integer(1, Number(VALUE) - 1))];
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      recorder.reverse(id, amounts[n % amounts.length], { retry: false }),
    ),
  );
}

function onlyRefusals(answers: readonly Answered[], what: string): void {
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [422], `answers to reversals ${what}`);
}

/** Of all that are asked for, together never more is given back than was paid. */
export const reversalsAtOnce: Scenario = {
  id: 'F24',
  title: 'reversals of the same money at once, whole and in part',
  async run(world) {
    const originals = await paid(world);
    for (const partner of ['wave-sn', 'mpesa-ke'] as const) {
      const fault = { fault: world.random.pick(['timeout-after-acting', 'reset-after-acting'] as const) };
      for (const path of PATHS)
        await world.stack.sandbox.addFault(partner, { ...fault, count: 1, match: { path } });
    }
    const reversals: string[] = [];
    for (const original of originals) {
      const answers = await askAtOnce(world, original, AT_ONCE);
      const [first, ...more] = answers.filter(({ operation }) => operation !== null);
      assert.ok(first, `${original.kind} at ${original.partner}: no reversal was taken`);
      assert.equal(
        more.length,
        0,
        `${original.kind} at ${original.partner}: ${more.length + 1} reversals were taken`,
      );
      onlyRefusals(
        answers.filter((one) => one !== first),
        'at once',
      );
      reversals.push(idOf(first));
    }
    for (const original of originals)
      onlyRefusals(await askAtOnce(world, original, 3), 'while the first one is open');
    await allSucceeded(world, reversals);
    for (const original of originals) {
      onlyRefusals(await askAtOnce(world, original, 3), 'after the first one');
      const back = await givenBack(world, original);
      assert.deepEqual(
        back.map(({ amount }) => Number(amount)),
        [Number(VALUE)],
        `what was given back of ${original.kind} at ${original.partner}`,
      );
    }
  },
};
