import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What somebody calls an operation who has not proven to be its partner. */
export class ClaimedNames1763798400000 implements MigrationInterface {
  readonly name = 'ClaimedNames1763798400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Names to ask the partner by where it gave none itself, the main one first. No callback is matched by them: a name
      -- that is made up would vouch for whoever made it up.
      ALTER TABLE operations ADD COLUMN claimed_names text[];
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operations DROP COLUMN claimed_names');
  }
}
