import { type QueueSample } from './load/job.js';

/** The first third is for everything to settle. */
const SETTLING = 1 / 3;
/** Slower than this share of what comes in, it would take hours to be noticed. */
const NEGLIGIBLE_SHARE = 0.01;
/** Nor is it growth when hardly more wait in the end than what comes in this time, or than this many. */
const NEGLIGIBLE_S = 0.1;
const NEGLIGIBLE_COUNT = 10;
/** Of a standard normal variable: less happens by chance once in a hundred. */
const BY_CHANCE = 2.33;

type Series = 'operations' | 'callbacks' | 'events';
const SERIES: readonly Series[] = ['operations', 'callbacks', 'events'];

export interface Trend {
  /** Per second; the median of the slopes between any two samples, so that a hiccup does not count. */
  readonly slope: number;
  readonly median: number;
  readonly most: number;
  readonly grows: boolean;
}

export interface QueueVerdict {
  readonly grows: boolean;
  readonly trends: Readonly<Record<Series, Trend>>;
}

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

const pairsOf = (values: readonly number[]) =>
  values.flatMap((later, index) =>
    values.slice(0, index).map((earlier, before) => ({ rise: later - earlier, run: index - before })),
  );

/** How far the sum of signs is from what no trend would give, in standard deviations (Mann and Kendall's test). */
function significanceOf(pairs: ReturnType<typeof pairsOf>, count: number): number {
  const signs = pairs.reduce((sum, { rise }) => sum + Math.sign(rise), 0);
  return (signs - Math.sign(signs)) / Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
}

function trendOf(values: readonly number[], perSecond: number): Trend {
  const pairs = pairsOf(values);
  const slope = medianOf(pairs.map(({ rise, run }) => rise / run));
  const isFast = slope > perSecond * NEGLIGIBLE_SHARE;
  const isMuch = slope * values.length > Math.max(perSecond * NEGLIGIBLE_S, NEGLIGIBLE_COUNT);
  const grows = isFast && isMuch && significanceOf(pairs, values.length) > BY_CHANCE;
  return { slope, grows, median: medianOf(values), most: Math.max(0, ...values) };
}

/**
 * Whether what waits becomes more: by more than a hundredth of `perSecond`, enough to matter, and not by chance. One
 * sample a second.
 */
export function judgeQueue(samples: readonly QueueSample[], perSecond: number): QueueVerdict {
  const settled = samples.slice(Math.ceil(samples.length * SETTLING));
  const of = (series: Series): Trend =>
    trendOf(
      settled.map((sample) => sample[series]),
      perSecond,
    );
  const trends = { operations: of('operations'), callbacks: of('callbacks'), events: of('events') };
  return { grows: SERIES.some((series) => trends[series].grows), trends };
}
