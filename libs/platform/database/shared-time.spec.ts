import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../clock.js';
import { type Database } from './database.js';
import { SharedTime } from './shared-time.js';

const HOUR_MS = 3_600_000;

describe('the time that all processes share', () => {
  let clock: SystemClock;
  let answer: () => Promise<readonly { ms: number }[]>;
  let time: SharedTime;
  const offMs = (): number => clock.now().getTime() - Date.now();

  beforeEach(() => {
    Logger.overrideLogger(false);
    clock = new SystemClock();
    time = new SharedTime({ query: () => answer() } as unknown as Database, clock);
  });
  afterEach(() => {
    time.onModuleDestroy();
  });

  it('is the machine’s until the database was asked', () => {
    expect(Math.abs(offMs())).toBeLessThan(HOUR_MS / 2);
  });

  it('is the database’s, however far off the machine is', async () => {
    for (const aheadMs of [HOUR_MS, -HOUR_MS]) {
      answer = () => Promise.resolve([{ ms: Date.now() - aheadMs }]);
      await time.onModuleInit();
      expect(Math.abs(offMs() + aheadMs)).toBeLessThan(HOUR_MS / 2);
    }
  });

  it('is asked for again soon where it could not be told', async () => {
    answer = () => Promise.reject(new Error('away'));
    await time.onModuleInit();
    const asked = Promise.withResolvers<undefined>();
    answer = () => {
      asked.resolve(undefined);
      return Promise.resolve([{ ms: Date.now() - HOUR_MS }]);
    };
    await asked.promise;
    await sleep(50);
    expect(Math.abs(offMs() + HOUR_MS)).toBeLessThan(HOUR_MS / 2);
  });

  it('goes on as it went while the database cannot be asked', async () => {
    answer = () => Promise.resolve([{ ms: Date.now() - HOUR_MS }]);
    await time.onModuleInit();
    answer = () => Promise.reject(new Error('away'));
    await time.onModuleInit();
    expect(Math.abs(offMs() + HOUR_MS)).toBeLessThan(HOUR_MS / 2);
  });
});
