import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newOrder } from '../orders.js';
import { type Answered, type World } from '../world.js';

/** How long one order may be repeated before somebody would call. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 60;

export const KINDS = ['pay', 'transfer'] as const;
export type Asking = (typeof KINDS)[number];

export interface Heard {
  readonly answer: Answered;
  /** `performance.now()`, when it was sent and when the answer was there. */
  readonly sentAt: number;
  readonly heardAt: number;
}

export interface Load {
  /** Every single answer so far, those of repeats included. */
  readonly heard: readonly Heard[];
  /** Asks for nothing new. @returns the operations, one for each order, once the last order was taken in */
  stop(): Promise<readonly string[]>;
}

/** As many clients as `senders`, each with one order after the other, and each order repeated until it is taken in. */
export function startLoad({ recorder, random }: World, senders: number): Load {
  const heard: Heard[] = [];
  const taken: string[] = [];
  let isStopping = false;
  const placeOne = async (): Promise<void> => {
    const order = newOrder(random, {});
    const asking = random.pick(KINDS);
    const key = randomUUID();
    for (const end = performance.now() + PATIENCE_MS; ;) {
      const sentAt = performance.now();
      const answer = await recorder[asking](order, { key, retry: false });
      heard.push({ answer, sentAt, heardAt: performance.now() });
      if (answer.operation) {
        taken.push(answer.operation.id);
        return;
      }
      assert.ok(performance.now() < end, `an order is not taken in: ${JSON.stringify(answer.body)}`);
      await sleep(PAUSE_MS);
    }
  };
  const send = async (): Promise<void> => {
    while (!isStopping) await placeOne();
  };
  const ended = Promise.all(Array.from({ length: senders }, send));
  ended.catch(() => undefined);
  return {
    heard,
    stop: async () => {
      isStopping = true;
      await ended;
      assert.equal(new Set(taken).size, taken.length, 'two orders became one operation');
      return taken;
    },
  };
}

/** Nobody is told anything but "taken in" and "not now, and when to come back". */
export function assertPolite(heard: readonly Heard[]): void {
  for (const { status, headers, body } of heard.map(({ answer }) => answer)) {
    // 409: the first call with this key is still under way.
    if (status === 202 || status === 409) continue;
    assert.equal(status, 503, `answered ${status}: ${JSON.stringify(body)}`);
    assert.ok(Number(headers.get('retry-after')) > 0, 'a 503 says when to come back');
  }
}

/** Answers that were asked for and given within the time. */
export const heardBetween = (heard: readonly Heard[], from: number, to: number): readonly Answered[] =>
  heard.filter(({ sentAt, heardAt }) => sentAt >= from && heardAt <= to).map(({ answer }) => answer);
