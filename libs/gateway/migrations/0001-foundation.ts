import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { FOUNDATION_SQL } from './0001-foundation.sql.js';

/** Operations and everything that tells their story, the work queues inside them, clients and partner state. */
export class Foundation1763683200000 implements MigrationInterface {
  readonly name = 'Foundation1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FOUNDATION_SQL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  }
}
