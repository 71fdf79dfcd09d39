import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 40;

/** Looks until `check` finds something. @throws naming what was waited for */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
    await sleep(PAUSE_MS);
  }
}
