import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Payments that are asked for, and whose money then comes through the partner's own door. */
export class RequestsToPay1763784000001 implements MigrationInterface {
  readonly name = 'RequestsToPay1763784000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The payment of ours that the quote is to pay.
      ALTER TABLE inbound_quotes ADD COLUMN answers uuid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbound_quotes DROP COLUMN answers');
  }
}
