import { Database } from '#platform';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { PgBoss } from 'pg-boss';

const QUEUE = 'month-partitions';

/** Every night; the months ahead leave two months of slack for a job that fails. */
const NIGHTLY = '17 2 * * *';
const MONTHS_AHEAD = 2;

const ENSURE = { name: 'month-partitions', text: 'SELECT ensure_month_partitions(now(), $1) AS made' };

/** Sees to it that every month has its partitions before it begins: once at start, then every night by one worker. */
@Injectable()
export class PartitionChores implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PartitionChores.name);
  private boss: PgBoss | null = null;

  constructor(private readonly database: Database) {}

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
    await boss.createQueue(QUEUE);
    await boss.schedule(QUEUE, NIGHTLY);
    await boss.work(QUEUE, () => this.ensure());
    await boss.send(QUEUE, {}, { singletonKey: 'at-start' });
    this.boss = boss;
  }

  async onModuleDestroy(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: 2_000 });
  }

  private async ensure(): Promise<void> {
    const [row] = await this.database.query<{ made: number }>(ENSURE, [MONTHS_AHEAD]);
    if (row && row.made > 0) this.logger.log(`${String(row.made)} month partitions made`);
  }
}
