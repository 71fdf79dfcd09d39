import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Coalescer } from './coalescer.js';

/** A set-based call whose batches end when the test says so. */
function slow() {
  const batches: { readonly inputs: readonly number[]; readonly end: () => void }[] = [];
  const run = (inputs: readonly number[]): Promise<number[]> =>
    new Promise((resolve) => {
      batches.push({
        inputs,
        end: () => {
          resolve(inputs.map((input) => input * 10));
        },
      });
    });
  return { batches, run };
}

const isBad = (input: number): boolean => input < 0;
const pickyRun = (calls: (readonly number[])[]) => async (batch: readonly number[]) => {
  calls.push(batch);
  await turn();
  if (batch.some(isBad)) throw new RangeError('a bad row');
  return batch.map((input) => input * 10);
};

describe('a coalescer', () => {
  it('sends what comes together as one batch, and answers each caller', async () => {
    const calls: (readonly number[])[] = [];
    const coalescer = new Coalescer({ run: pickyRun(calls) });
    expect(await Promise.all([1, 2, 3].map((input) => coalescer.submit(input)))).toEqual([10, 20, 30]);
    expect(calls).toEqual([[1, 2, 3]]);
  });

  it('lets the next batch grow while enough are in flight', async () => {
    const { batches, run } = slow();
    const coalescer = new Coalescer({ run, parallel: 2 });
    const answers: Promise<number>[] = [];
    for (const input of [1, 2, 3, 4]) {
      answers.push(coalescer.submit(input));
      await turn();
    }
    expect(batches.map(({ inputs }) => inputs)).toEqual([[1], [2]]);
    batches[0]?.end();
    await turn();
    await turn();
    expect(batches.map(({ inputs }) => inputs)).toEqual([[1], [2], [3, 4]]);
    batches[1]?.end();
    batches[2]?.end();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
  });

  it('is idle again after a rush', async () => {
    const calls: (readonly number[])[] = [];
    const coalescer = new Coalescer({ run: pickyRun(calls), parallel: 1, maxBatch: 2 });
    await Promise.all([1, 2, 3, 4, 5].map((input) => coalescer.submit(input)));
    expect(calls).toEqual([[1, 2], [3, 4], [5]]);
    await coalescer.submit(6);
    expect(calls.at(-1)).toEqual([6]);
  });

  it('takes the one bad row out, so that its neighbours succeed', async () => {
    const calls: (readonly number[])[] = [];
    const coalescer = new Coalescer({
      run: pickyRun(calls),
      isolates: (error) => error instanceof RangeError,
    });
    const settled = await Promise.allSettled([1, 2, -3, 4, 5].map((input) => coalescer.submit(input)));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(settled[2]).toMatchObject({ reason: { message: 'a bad row' } });
  });

  it('fails the whole batch, once, when no row is to blame', async () => {
    const calls: (readonly number[])[] = [];
    const coalescer = new Coalescer({ run: pickyRun(calls) });
    const settled = await Promise.allSettled([1, -2, 3].map((input) => coalescer.submit(input)));
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('goes on after a failure', async () => {
    const coalescer = new Coalescer({ run: pickyRun([]), parallel: 1 });
    await expect(coalescer.submit(-1)).rejects.toThrow('a bad row');
    expect(await coalescer.submit(1)).toBe(10);
  });

  it('lets the next batch grow while the place of the last one is kept', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const calls: (readonly number[])[] = [];
    const coalescer = new Coalescer({ run: pickyRun(calls), parallel: 1, paceMs: 20 });
    await coalescer.submit(1);
    const rest = [2, 3].map((input) => coalescer.submit(input));
    jest.advanceTimersByTime(19);
    rest.push(coalescer.submit(4));
    jest.advanceTimersByTime(1);
    expect(await Promise.all(rest)).toEqual([20, 30, 40]);
    expect(calls).toEqual([[1], [2, 3, 4]]);
    jest.useRealTimers();
  });

  it('keeps the place of a small batch for a short time only', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const calls: (readonly number[])[] = [];
    const options = { parallel: 1, paceMs: 20, pacePerInputMs: 5 };
    const coalescer = new Coalescer({ run: pickyRun(calls), ...options });
    await Promise.all([1, 2].map((input) => coalescer.submit(input)));
    const rest = [coalescer.submit(3)];
    jest.advanceTimersByTime(9);
    rest.push(coalescer.submit(4));
    jest.advanceTimersByTime(1);
    expect(await Promise.all(rest)).toEqual([30, 40]);
    expect(calls).toEqual([
      [1, 2],
      [3, 4],
    ]);
    jest.useRealTimers();
  });

  it('refuses a batch that was answered by another number', async () => {
    const coalescer = new Coalescer<number, number>({ run: () => Promise.resolve([]) });
    await expect(coalescer.submit(1)).rejects.toThrow('a batch of 1 was answered by 0');
  });
});
