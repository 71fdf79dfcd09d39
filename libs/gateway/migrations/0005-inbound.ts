import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Partners that ask us: what was offered to them, and whose money is passed on to whom. */
export class Inbound1763780400000 implements MigrationInterface {
  readonly name = 'Inbound1763780400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The receipt whose money this transfer passes on to a customer of ours.
      ALTER TABLE operations ADD COLUMN passes_on uuid;
      CREATE INDEX operations_passes_on ON operations (passes_on) WHERE passes_on IS NOT NULL;

      CREATE TABLE inbound_quotes (
        partner          text NOT NULL,
        -- The partner's ids: of the movement that may follow, and of the quote.
        transfer         text NOT NULL,
        quote            text NOT NULL,
        payee            jsonb NOT NULL,
        payer            jsonb,
        currency         text NOT NULL,
        -- What was asked for, what leaves the payer's side, what our customer gets, what we keep and give.
        amount_minor     bigint NOT NULL,
        sends_minor      bigint NOT NULL,
        receives_minor   bigint NOT NULL,
        fee_minor        bigint,
        commission_minor bigint,
        expires_at       timestamptz NOT NULL,
        PRIMARY KEY (transfer, quote, partner)
      );
      CREATE INDEX inbound_quotes_expired ON inbound_quotes (expires_at);

      -- Receipts whose credit is not settled: a worker looks at them until it is.
      CREATE TABLE passing_on (
        receipt_id uuid PRIMARY KEY,
        credit_id  uuid NOT NULL,
        looks      integer NOT NULL DEFAULT 0,
        due_at     timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX passing_on_due ON passing_on (due_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE passing_on;
      DROP TABLE inbound_quotes;
      DROP INDEX operations_passes_on;
      ALTER TABLE operations DROP COLUMN passes_on;
    `);
  }
}
