import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Partners that do not wait for the answer to a transfer: what is to be told to them, and what they took. */
export class AnswersToldLater1763787600000 implements MigrationInterface {
  readonly name = 'AnswersToldLater1763787600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inbound_answers (
        -- The receipt, or the payment that its money was asked for by.
        operation_id uuid PRIMARY KEY,
        partner      text NOT NULL,
        -- The partner's id of the movement.
        transfer     text NOT NULL,
        -- The adapter's own, without which it cannot tell; gone once it is told.
        memo         jsonb,
        -- Of the memo: whoever asks again under the same id has to ask for the same.
        digest       bytea NOT NULL,
        owed_at      timestamptz NOT NULL DEFAULT now(),
        tries        integer NOT NULL DEFAULT 0,
        -- When a worker tells it. Null: the partner has taken it, or waits for it no more.
        due_at       timestamptz,
        -- "answered", or why not: once the partner has taken it.
        said         text,
        told_at      timestamptz
      );
      CREATE INDEX inbound_answers_due ON inbound_answers (partner, due_at) WHERE due_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inbound_answers');
  }
}
