import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface Arguments {
  readonly seed: string;
  /** How long the whole run may take; undefined: the length of a build. */
  readonly minutes: number | undefined;
  /** Which scenarios, where none is named. In the length of a build those of schemes are a run of their own. */
  readonly part: 'all' | 'schemes' | 'others';
  /** Ids of scenarios; empty: all of them, and the random simulation. */
  readonly scenarios: readonly string[];
  /** Write a summary for a build as JSON, to the file or to the output. */
  readonly json: boolean;
  readonly outputFile: string | undefined;
}

/** A build (`--ci`) is the same every time; other seeds are for those who look for what it does not find. */
const SEED_OF_BUILDS = '2';

/** @throws on an option that is not known, or a number that is none */
export function readArguments(given: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      scenario: { type: 'string', multiple: true, default: [] },
      ci: { type: 'boolean', default: false },
      schemes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      outputFile: { type: 'string' },
    },
  });
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new Error('--minutes wants a number above 0');
  if (values.ci && minutes !== undefined) throw new Error('--ci has its own length: leave out --minutes');
  return {
    seed: values.seed ?? (values.ci ? SEED_OF_BUILDS : String(randomInt(1_000_000))),
    minutes,
    part: values.schemes ? 'schemes' : minutes === undefined ? 'others' : 'all',
    scenarios: values.scenario.flatMap((ids) => ids.toUpperCase().split(',')),
    json: values.json,
    outputFile: values.outputFile,
  };
}
