import { Database } from '#platform';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { ExpiryWatch } from '../partners/expiry-watch.js';
import { makePartitions, removeOldAnswers, removeOldQuotes, removeOldReadings } from './chores.js';
import { WorkSettings } from './work-settings.js';

const NIGHTLY = '17 2 * * *';
/**
 * A day before a certificate ends is not to be found out some minutes before. And a dump that is taken every night holds every
 * table, for which new months do not wait.
 */
const FOUR_TIMES_A_DAY = '17 2,8,14,20 * * *';

interface Chore {
  readonly queue: string;
  /** Default: nightly. */
  readonly when?: string;
  /** Says what it has done; nothing where nothing had to be. */
  do(): Promise<string | null>;
}

/** What has to be done now and then and belongs to no row: once at start, then by the clock, by one worker. */
@Injectable()
export class NightlyChores implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(NightlyChores.name);
  private readonly chores: readonly Chore[];
  private boss: PgBoss | null = null;

  constructor(
    private readonly database: Database,
    { balanceReadingsKeptMs }: WorkSettings,
    expiries: ExpiryWatch,
  ) {
    this.chores = [
      { queue: 'month-partitions', when: FOUR_TIMES_A_DAY, do: () => makePartitions(database) },
      { queue: 'old-balance-readings', do: () => removeOldReadings(database, balanceReadingsKeptMs) },
      { queue: 'old-inbound-quotes', do: () => removeOldQuotes(database) },
      { queue: 'old-inbound-answers', do: () => removeOldAnswers(database) },
      { queue: 'expiring-certificates', when: FOUR_TIMES_A_DAY, do: () => expiries.warn() },
    ];
  }

  async onApplicationBootstrap(): Promise<void> {
    const { pool } = this.database;
    const boss = new PgBoss({
      db: {
        // Whole: of several statements it is a list of results, which is what it expects. And bigints as text.
        executeSql: (text: string, values: unknown[] = []) => pool.query({ text, values, types: pg.types }),
      },
      schema: 'chores',
    });
    boss.on('error', (error) => {
      this.logger.warn({ err: error }, 'a chore could not be looked after; it will be tried again');
    });
    await boss.start();
    for (const chore of this.chores) await this.takeOn(boss, chore);
    this.boss = boss;
  }

  async onModuleDestroy(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: 2_000 });
  }

  private async takeOn(boss: PgBoss, chore: Chore): Promise<void> {
    const { queue } = chore;
    await boss.createQueue(queue);
    await boss.schedule(queue, chore.when ?? NIGHTLY);
    await boss.work(queue, async () => {
      try {
        const done = await chore.do();
        if (done !== null) this.logger.log(done);
      } catch (error) {
        // It is tried again, a few times and then the next night: the library keeps that to itself.
        this.logger.warn({ err: error, chore: queue }, 'a chore came to no end; it will be tried again');
        throw error;
      }
    });
    await boss.send(queue, {}, { singletonKey: 'at-start' });
  }
}
