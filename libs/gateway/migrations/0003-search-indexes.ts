import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A search finds the few among the many without walking through all of an owner's operations. In the order of the
 * answer, so that what many have in common is found as fast. What most operations are in the end needs no index: the
 * newest that fit are near the end of all.
 */
export class SearchIndexes1763773200000 implements MigrationInterface {
  readonly name = 'SearchIndexes1763773200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operations_of_client;
      -- An expression, since the rows of \`client_id IS NULL\` (receipts) would not be taken for ordered by id.
      CREATE INDEX operations_of_owner ON operations (coalesce(client_id, ''), id);
      CREATE INDEX operations_by_amount ON operations (coalesce(client_id, ''), amount_minor, id);
      CREATE INDEX operations_by_partner ON operations (coalesce(client_id, ''), partner, id);
      CREATE INDEX operations_by_state ON operations (coalesce(client_id, ''), state, id) WHERE state <> 'succeeded';
      CREATE INDEX operations_by_kind ON operations (coalesce(client_id, ''), kind, id) WHERE kind <> 'payment';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operations_of_owner, operations_by_amount, operations_by_partner, operations_by_state, operations_by_kind;
      CREATE INDEX operations_of_client ON operations (client_id, id);
    `);
  }
}
