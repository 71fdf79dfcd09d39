import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.js';
import { type Child } from './child.js';
import { lastLines } from './last-lines.js';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;
const ANSWER_MS = 2_000;

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

export const deathSentence = (child: Child, how: string): string =>
  `The ${child.name} ended (${how}). The end of ${child.logFile}:\n${lastLines(child.logFile)}`;

/** @throws CannotStart when the child ends or is silent for a minute; an AbortError when it is `cancelled` */
export async function waitForAnswer(child: Child, url: string, cancelled: AbortSignal): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (child.hasEnded) throw new CannotStart(deathSentence(child, await child.ended));
    if (performance.now() > until)
      throw new CannotStart(`The ${child.name} does not answer ${url}; see ${child.logFile}.`);
    await sleep(PAUSE_MS, undefined, { signal: cancelled });
  }
}
