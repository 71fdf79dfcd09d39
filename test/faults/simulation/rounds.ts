import { type Scenario } from '../world.js';
import { storm } from './storm.js';
import { walk } from './walk.js';

/**
 * What a run of a build's length plays after the written scenarios: a walk in fair weather, on which the model knows each end,
 * one in bad weather, and a random round that is a short one.
 */
const BUILD: readonly Scenario[] = [walk(1), walk(2), storm('B1', { wishes: 120, faults: 6 })];

/** Walks beside the model and random rounds in turn, without end; a round is the same in every run of its seed. */
function* endless(): Generator<Scenario> {
  for (let round = 1; ; round += 1) {
    yield walk(round);
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

/** The round of that name: "R7", "M3", "B1". */
export function roundNamed(id: string): Scenario | undefined {
  const ofBuilds = BUILD.find((one) => one.id === id);
  if (ofBuilds) return ofBuilds;
  const round = Number(id.slice(1));
  if (!Number.isInteger(round) || round < 1) return undefined;
  if (id.startsWith('R')) return storm(`R${round}`);
  return id.startsWith('M') ? walk(round) : undefined;
}
