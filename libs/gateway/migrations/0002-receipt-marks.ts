import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Money that comes unasked finds its payment by index: by who claims the receipt, or by what the payment is known by. */
export class ReceiptMarks1763769600000 implements MigrationInterface {
  readonly name = 'ReceiptMarks1763769600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE operations
        ADD COLUMN receipt_account text NOT NULL DEFAULT '',
        ADD COLUMN receipt_payer text NOT NULL DEFAULT '';
      DROP INDEX operations_unreceipted;
      -- Payments whose receipt is not known yet: what unasked-for money is compared with.
      CREATE INDEX operations_unreceipted ON operations (partner, amount_minor, receipt_account, receipt_payer, id)
        WHERE kind = 'payment' AND receipt IS NULL;
      CREATE INDEX operations_claimed ON operations (partner, claimed_receipt) WHERE claimed_receipt IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operations_claimed;
      DROP INDEX operations_unreceipted;
      CREATE INDEX operations_unreceipted ON operations (partner, amount_minor) WHERE kind = 'payment' AND receipt IS NULL;
      ALTER TABLE operations DROP COLUMN receipt_account, DROP COLUMN receipt_payer;
    `);
  }
}
