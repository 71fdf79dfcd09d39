import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EXPLAINS_NO_END, inSql } from '../invariants/flags.js';
import { type Scenario, type World } from '../world.js';
import { newModel, possibleEnds } from './model.js';
import {
  ask,
  assertGivenBack,
  assertNotTooMuch,
  Cancel,
  disturbance,
  look,
  type Step,
  steps,
} from './steps.js';

/** Of any walk that is played. */
export const MOST_STEPS = 24;

/** A shorter walk, or one on which nothing is asked for, would be sound whatever the engine does. */
const FEWEST_STEPS = 12;

/** What goes wrong early, so that most of a walk is in the weather that it is named after. */
const DISTURBANCES = { minLength: 3, maxLength: 5 };

/** The disturbances lie anywhere in the first half, but not before there is anything that they could disturb. */
function disturbed(
  [first, ...rest]: readonly [Step, ...Step[]],
  early: readonly (readonly [Step, number])[],
): readonly Step[] {
  const half = Math.floor((1 + rest.length + early.length) / 2);
  const head = rest.slice(0, half - 1 - early.length);
  const tail = rest.slice(head.length);
  for (const [what, at] of early) head.splice(at % (head.length + 1), 0, what);
  return [first, ...head, ...tail];
}

export function anyWalk(badWeather: boolean, length: number): fc.Arbitrary<readonly Step[]> {
  const most = length - 1 - (badWeather ? DISTURBANCES.maxLength : 0);
  const own = fc.tuple(
    ask,
    fc.array(fc.oneof(...steps(badWeather)), { minLength: FEWEST_STEPS - 1, maxLength: most }),
  );
  if (!badWeather) return own.map(([first, rest]) => [first, ...rest]);
  return fc
    .tuple(own, fc.array(fc.tuple(disturbance, fc.nat()), DISTURBANCES))
    .map(([[first, rest], early]) => disturbed([first, ...rest], early));
}

/** Model and engine walk side by side, and at the end every operation is where the model says that it has to be. */
export const walk = (id: Scenario['id'], badWeather: boolean, most = MOST_STEPS): Scenario => ({
  id,
  title: `the model beside the engine, ${FEWEST_STEPS} to ${most} steps`,
  async run(world) {
    const model = newModel();
    const seed = world.random.integer(0, 2 ** 31 - 1);
    const list = anyWalk(badWeather, most);
    const side = fc.asyncProperty(list, (taken) => fc.asyncModelRun(() => ({ model, real: world }), taken));
    // Chance comes from the world's seed; a walk through a gateway that keeps what it did cannot be cut shorter.
    await fc.assert(side, { seed, numRuns: 1, endOnFailure: true });
    await world.heal();
    // What nobody has said yes to would wait for the end of its offer.
    for (const one of model.operations.filter(({ isAsked }) => isAsked)) {
      await new Cancel(model.operations.indexOf(one)).run(model, world);
    }
    await world.settle();
    for (const one of model.operations) {
      await look(one, world);
      await assertNotTooMuch(one, world);
      if (!model.isDisturbed) await assertGivenBack(one, world);
      const end = one.seen.at(-1) ?? '';
      const wanted = possibleEnds(one, model);
      assert.ok(
        wanted.includes(end) || (model.isDisturbed && (await isFlagged(world, one.id))),
        `${one.kind} ${one.id} that ${one.fate} ended as ${end}: ${one.seen.join(' ')}`,
      );
    }
    world.say(`     ${model.operations.length} operations as the model says`);
  },
});

const FLAGGED = `SELECT FROM discrepancies
  WHERE operation_id = $1 AND settled_at IS NULL AND kind IN (${inSql(EXPLAINS_NO_END)})`;

/** Somebody is told that it has not ended. */
async function isFlagged({ stack }: World, id: string): Promise<boolean> {
  const { rowCount } = await stack.database.query(FLAGGED, [id]);
  return (rowCount ?? 0) > 0;
}
