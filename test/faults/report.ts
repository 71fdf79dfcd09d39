import { INVARIANTS } from './invariants/all.js';
import { isSound, type Played } from './run.js';

const WIDEST_TITLE = 60;

const cut = (text: string): string =>
  text.length <= WIDEST_TITLE ? text.padEnd(WIDEST_TITLE) : `${text.slice(0, WIDEST_TITLE - 1)}…`;

function rowOf(played: Played): string {
  const cells = INVARIANTS.map(({ id }) => {
    const found = played.findings?.[id];
    return (found === undefined ? '-' : found.length === 0 ? 'ok' : 'BROKEN').padEnd(6);
  });
  const itself = (played.failure === null ? 'ok' : 'FAILED').padEnd(6);
  const seconds = played.seconds.toFixed(1).padStart(6);
  return [played.id.padEnd(4), cut(played.title), itself, ...cells, seconds].join('  ');
}

/** Scenarios by invariants. */
export function tableOf(all: readonly Played[]): string {
  const head = [
    ''.padEnd(4),
    ''.padEnd(WIDEST_TITLE),
    'itself',
    ...INVARIANTS.map(({ id }) => id.padEnd(6)),
    'seconds',
  ];
  const legend = INVARIANTS.map(({ id, title }) => `  ${id}  ${title}`);
  return [head.join('  '), ...all.map(rowOf), '', ...legend].join('\n');
}

/** What went wrong in one scenario, and how to see it again. Empty where nothing did. */
export function complaintOf(played: Played, seed: string): string {
  if (isSound(played)) return '';
  const broken = Object.entries(played.findings ?? {}).flatMap(([id, list]) =>
    list.map((what) => `  ${id}  ${what}`),
  );
  return [
    `${played.id} ${played.title}`,
    ...(played.failure === null ? [] : [`  ${played.failure}`]),
    ...broken,
    ...played.stories,
    `  again: npm run test:faults -- --seed ${seed} --scenario ${played.id}`,
  ].join('\n');
}

/** In the shape in which Jest sums up a run. */
export function summaryOf(all: readonly Played[], seed: string): object {
  const failed = all.filter((played) => !isSound(played));
  return {
    numTotalTests: all.length,
    numPassedTests: all.length - failed.length,
    numFailedTests: failed.length,
    numPendingTests: 0,
    numTodoTests: 0,
    success: failed.length === 0,
    testResults: [],
    seed,
    scenarios: all.map((played) => ({ ...played, isSound: isSound(played) })),
  };
}
