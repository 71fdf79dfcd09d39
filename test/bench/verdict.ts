import { judgeQueue, type QueueVerdict } from './queue-trend.js';
import { type PhaseResult } from './side.js';

/** Of what came, this share has to have succeeded meanwhile. */
const KEPT_UP = 0.99;

export interface SustainedVerdict extends QueueVerdict {
  readonly asked: number;
  /** As many succeeded as were asked for, and what waits did not become more. */
  readonly keepsUp: boolean;
}

/** What to say of a phase in which operations came by the clock; undefined for any other. */
export function verdictOf({ phase: { job }, perSecond, queue }: PhaseResult): SustainedVerdict | undefined {
  if (job.kind !== 'sustained' || queue === undefined) return undefined;
  const verdict = judgeQueue(queue, job.perSecond);
  const keepsUp = !verdict.grows && perSecond >= job.perSecond * KEPT_UP;
  return { ...verdict, asked: job.perSecond, keepsUp };
}
