import assert from 'node:assert/strict';
import { SWITCH } from '../settings.js';
import { type Scenario } from '../world.js';
import { dieIn, type Phase } from './confirmation-crashes.js';
import { othersRest } from './intake-sights.js';
import { allEnded, movements } from './sights.js';

/** Every request is acknowledged, and answered by a callback: a worker can die at either. */
interface SwitchPhase extends Phase {
  /** By the switch's books, in the end. A lookup and a quote move nothing, and are asked for again. */
  readonly end: 'succeeded' | 'expired';
}

const APPLY = { statement: 'operations-apply', when: 'before' } as const;
const UNSENT = { statement: 'confirmations-claim', when: 'after' } as const;

const PHASES: readonly SwitchPhase[] = [
  { name: 'the party is asked for', ...APPLY, attempts: 1, moves: false, end: 'succeeded' },
  { name: 'the party is told', ...APPLY, state: 'pending', attempts: 1, moves: false, end: 'succeeded' },
  { name: 'yes to the party, unsent', ...UNSENT, attempts: 2, moves: false, end: 'succeeded' },
  { name: 'the price is told', ...APPLY, state: 'pending', attempts: 2, moves: false, end: 'succeeded' },
  { name: 'yes to the price, unsent', ...UNSENT, attempts: 3, moves: false, end: 'expired' },
  { name: 'the transfer is sent', ...APPLY, attempts: 3, moves: true, end: 'succeeded' },
  { name: 'the end is told', ...APPLY, state: 'pending', attempts: 3, moves: true, end: 'succeeded' },
];

/** A question is an order and two yeses, whoever asks it how often. */
const ATTEMPTS = 3;

/** What moves nothing is asked for again; what may have moved money is asked about, and nothing is sent a second time. */
export const switchCrashes: Scenario = {
  id: 'F35',
  title: 'the worker dies in each phase of a transfer straight to the switch',
  async run(world) {
    const { stack } = world;
    // One worker has it all: a claim of the other's would not be the one that is meant.
    await stack.workers[1]?.kill('SIGTERM');
    await othersRest(world);
    const ids: string[] = [];
    for (const phase of PHASES) {
      const id = await dieIn(world, SWITCH, phase);
      ids.push(id);
      // Still on its way, it could be in the hands of the worker that dies next, and lose the yes to its price.
      if (phase.end === 'succeeded') await allEnded(world, [id]);
    }
    await stack.workers[1]?.start();
    for (const [n, operation] of (await allEnded(world, ids)).entries()) {
      const { name, end } = PHASES[n] ?? {};
      const { length } = await movements(world, operation);
      const story = `died where ${name}: ${operation.id} is ${operation.state}`;
      assert.equal(operation.state, end, story);
      assert.equal(length, end === 'succeeded' ? 1 : 0, `${story} and moved ${length} times`);
      assert.equal(operation.attempts, ATTEMPTS, `${story}, and was sent again`);
    }
  },
};
