import { type Scenario } from '../world.js';
import { storm } from './storm.js';
import { walk } from './walk.js';

/**
 * What a run of a build's length plays after the written scenarios: a walk in fair weather, on which the model knows each end,
 * one in bad weather, and a random round, all of them short.
 */
const BUILD: readonly Scenario[] = [
  walk('B1', false, 18),
  walk('B2', true, 18),
  storm('B3', { disturbances: 5, wishes: 12 }),
];

/** Every second one is in bad weather. */
const walkOf = (round: number): Scenario => walk(`M${round}`, round % 2 === 0);

/** Walks beside the model and random rounds in turn, without end; a round is the same in every run of its seed. */
function* endless(): Generator<Scenario> {
  for (let round = 1; ; round += 1) {
    yield walkOf(round);
    yield storm(`R${round}`);
  }
}

/** @param untilMs when no further round begins, by `performance.now()`; undefined: a build's length */
export function* rounds(untilMs: number | undefined): Generator<Scenario> {
  if (untilMs === undefined) {
    yield* BUILD;
    return;
  }
  for (const round of endless()) {
    if (performance.now() >= untilMs) return;
    yield round;
  }
}

/** The round of that name: "R7", "M3", "B2". */
export function roundNamed(id: string): Scenario | undefined {
  const ofBuilds = BUILD.find((one) => one.id === id);
  if (ofBuilds) return ofBuilds;
  const round = Number(id.slice(1));
  if (!Number.isInteger(round) || round < 1) return undefined;
  if (id.startsWith('R')) return storm(`R${round}`);
  return id.startsWith('M') ? walkOf(round) : undefined;
}
