import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Partners that ask before they move money: who answers, and what has been answered. */
export class Confirmations1763776800000 implements MigrationInterface {
  readonly name = 'Confirmations1763776800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE operations
        -- As the request asked for it; where it did not, the partner's configuration says.
        ADD COLUMN confirmation text CHECK (confirmation IN ('automatic', 'manual')),
        -- The question that next_action holds has got its yes; from a client, or by rule.
        ADD COLUMN confirmed_step text,
        ADD COLUMN confirmed_by text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE operations DROP COLUMN confirmation, DROP COLUMN confirmed_step, DROP COLUMN confirmed_by',
    );
  }
}
