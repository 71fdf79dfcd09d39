import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Partners that answer in several steps by callbacks: what is kept between the steps, and what is awaited. */
export class MemosAndTopics1763784000000 implements MigrationInterface {
  readonly name = 'MemosAndTopics1763784000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE operations
        -- The adapter's own, without which it cannot go on.
        ADD COLUMN memo jsonb,
        -- What the partner will speak of without naming the operation; until the next transition.
        ADD COLUMN awaits text;
      CREATE INDEX operations_awaits ON operations (partner, awaits) WHERE awaits IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operations_awaits;
      ALTER TABLE operations DROP COLUMN memo, DROP COLUMN awaits;
    `);
  }
}
