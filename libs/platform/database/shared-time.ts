import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../clock.js';
import { Database } from './database.js';

const EVERY_MS = 30_000;
/** Nobody goes by a clock that may be off for longer than he has to. */
const AGAIN_MS = 1_000;
/** What took longer on its way says too little. */
const LONGEST_WAY_MS = 1_000;
/** Another clock is always a little off. */
const WORTH_SAYING_MS = 5_000;

const ASK = {
  name: 'time',
  text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS ms',
};

/** Keeps the clock of this process at the time of the database: deadlines and signatures do not go by a clock that is off. */
@Injectable()
export class SharedTime implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SharedTime.name);
  private readonly ended = new AbortController();
  private isKnown = true;
  private isKnownOff = false;

  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.ask();
    void this.goOn();
  }

  onModuleDestroy(): void {
    this.ended.abort();
  }

  private async goOn(): Promise<void> {
    const { signal } = this.ended;
    for (;;) {
      const pauseMs = this.isKnown ? EVERY_MS : AGAIN_MS;
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.ask();
    }
  }

  /** What cannot be asked now is asked the next time: until then the clock goes on as it went. */
  private async ask(): Promise<void> {
    const askedAt = performance.now();
    try {
      const [row] = await this.database.query<{ ms: number }>(ASK);
      const heardAt = performance.now();
      if (!row || heardAt - askedAt > LONGEST_WAY_MS) throw new Error('the answer took too long');
      this.clock.set(row.ms, (askedAt + heardAt) / 2);
      this.mention(Date.now() - this.clock.now().getTime());
      this.isKnown = true;
    } catch (error) {
      if (this.isKnown) this.logger.warn({ err: error }, 'the time of the database is not known');
      this.isKnown = false;
    }
  }

  private mention(aheadMs: number): void {
    const isOff = Math.abs(aheadMs) > WORTH_SAYING_MS;
    if (isOff && !this.isKnownOff) {
      this.logger.warn(
        { aheadMs: Math.round(aheadMs) },
        'the clock of this machine is off: the database’s counts',
      );
    }
    this.isKnownOff = isOff;
  }
}
