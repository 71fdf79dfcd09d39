import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, type Scenario, type World } from '../world.js';
import { allSucceeded, givenBack, idOf, movements, passages, standing } from './sights.js';

const MPESA = 'mpesa-ke';
/** The prompt times out; two seconds later the money moves after all. */
const PAYS_LATE = '+254700000141';
const EVERY_MS = 40;
const AFTER_THE_FIRST = 20;

/** Asks again and again to give the money back, each time anew, until it has been taken and some more. */
async function ask(world: World, id: string): Promise<readonly Answered[]> {
  const end = performance.now() + 20_000;
  const asked: Promise<Answered>[] = [];
  let taken = 0;
  for (let after = 0; after < AFTER_THE_FIRST && performance.now() < end; after += taken > 0 ? 1 : 0) {
    const answered = world.recorder.reverse(id, undefined, { retry: false });
    asked.push(answered);
    void answered.then(({ operation }) => (taken += operation ? 1 : 0));
    await sleep(EVERY_MS);
  }
  return Promise.all(asked);
}

/** Nothing is given back before it was paid, and then once. */
export const reversalRacesSuccess: Scenario = {
  id: 'F23',
  title: 'a reversal races the late success of what it gives back',
  async run(world) {
    const id = idOf(await world.recorder.pay({ partner: MPESA, msisdn: PAYS_LATE }));
    const answers = await ask(world, id);
    const taken = answers.filter(({ operation }) => operation !== null);
    assert.equal(taken.length, 1, `${taken.length} of ${answers.length} reversals were taken`);
    for (const { status } of answers) assert.ok(status === 202 || status === 422, `an answer was ${status}`);
    const [reversal = ''] = taken.map(idOf);
    await allSucceeded(world, [id, reversal]);
    assert.deepEqual((await passages(world, id)).slice(-2), ['failed', 'succeeded'], 'a correction');
    const { rows } = await world.stack.database.query(
      `SELECT FROM operations r JOIN transitions t ON t.operation_id = $1 AND t.to_state = 'succeeded'
       WHERE r.id = $2 AND r.created_at >= t.at`,
      [id, reversal],
    );
    assert.equal(rows.length, 1, 'it was taken before the payment had succeeded');
    const [payment] = await standing(world, [id]);
    assert.ok(payment);
    assert.equal((await movements(world, payment)).length, 1);
    const { length } = await givenBack(world, payment);
    assert.equal(length, 1, `the money was given back ${length} times`);
  },
};
