import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Money for one of several payments, which does not say for which. */
export class QuotesForSeveralPayments1763791200000 implements MigrationInterface {
  readonly name = 'QuotesForSeveralPayments1763791200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The payments of ours that the quote may be to pay, where nobody can tell which.
      ALTER TABLE inbound_quotes ADD COLUMN fitting uuid[] NOT NULL DEFAULT '{}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbound_quotes DROP COLUMN fitting');
  }
}
