import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, type Scenario, type World } from '../world.js';
import { allSucceeded, givenBack, idOf, movements, passages, standing } from './sights.js';

const MPESA = 'mpesa-ke';
/** The prompt times out; two seconds later the money moves after all. */
const PAYS_LATE = '+254700000141';
const ASKERS = 6;
const PAUSE_MS = 20;
/** By each of them. */
const AFTER_THE_FIRST = 4;

/** Several at once ask again and again to give the money back, each time anew, until it was taken and some more. */
async function ask(world: World, id: string): Promise<readonly Answered[]> {
  const end = performance.now() + 20_000;
  const answers: Answered[] = [];
  const isTaken = (): boolean => answers.some(({ operation }) => operation !== null);
  const askOn = async (): Promise<void> => {
    while (!isTaken() && performance.now() < end) {
      answers.push(await world.recorder.reverse(id));
      await sleep(PAUSE_MS);
    }
    for (let more = 0; more < AFTER_THE_FIRST; more += 1) answers.push(await world.recorder.reverse(id));
  };
  await Promise.all(Array.from({ length: ASKERS }, askOn));
  return answers;
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
