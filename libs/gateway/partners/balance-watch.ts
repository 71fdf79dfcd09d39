import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type BalanceReading, BalanceReadings } from './balance-readings.js';

type Tell = (reading: BalanceReading | null) => void;

const LOOK_EVERY_MS = 200;

/** Waits for answers that come by callback, to any process: one look at the table for all who wait here. */
@Injectable()
export class BalanceWatch {
  private readonly logger = new Logger(BalanceWatch.name);
  private readonly waiting = new Map<string, Set<Tell>>();
  private isLooking = false;

  constructor(private readonly readings: BalanceReadings) {}

  /** The answered reading, or null when there is none within that time. */
  async untilAnswered(question: string, withinMs: number): Promise<BalanceReading | null> {
    if (withinMs <= 0) return null;
    const { promise, resolve } = Promise.withResolvers<BalanceReading | null>();
    const tellers = this.waiting.get(question) ?? new Set();
    this.waiting.set(question, tellers.add(resolve));
    const timer = setTimeout(() => {
      resolve(null);
    }, withinMs);
    void this.look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      tellers.delete(resolve);
      if (tellers.size === 0) this.waiting.delete(question);
    }
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    while (this.waiting.size > 0) {
      await this.lookOnce();
      await sleep(LOOK_EVERY_MS);
    }
    this.isLooking = false;
  }

  private async lookOnce(): Promise<void> {
    try {
      for (const reading of await this.readings.answeredAmong([...this.waiting.keys()])) {
        for (const tell of this.waiting.get(reading.id) ?? []) tell(reading);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'could not look for answered balances');
    }
  }
}
