import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  readonly perSecond: number;
  readonly forMs: number;
  /** How rarely the timetable is looked at; what fell due meanwhile is sent at once. */
  readonly lookEveryMs: number;
}

/** Calls `send` with each moment of an even timetable as it comes, whatever became of those before. */
export async function keepTo({ perSecond, forMs, lookEveryMs }: Pace, send: (dueAt: number) => void) {
  const began = performance.now();
  const total = Math.round((forMs * perSecond) / 1000);
  const dueAtOf = (number: number): number => began + (number * 1000) / perSecond;
  for (let number = 0; number < total;) {
    const now = performance.now();
    while (number < total && dueAtOf(number) <= now) send(dueAtOf(number++));
    await sleep(Math.max(lookEveryMs, dueAtOf(number) - performance.now()));
  }
}
