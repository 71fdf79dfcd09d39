import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What adapters have to know of their partners' ways beyond one process. */
export class PartnerSightings1763805600000 implements MigrationInterface {
  readonly name = 'PartnerSightings1763805600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE partner_sightings (
        partner  text NOT NULL,
        what     text NOT NULL,
        first_at timestamptz NOT NULL DEFAULT now(),
        last_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (partner, what)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE partner_sightings');
  }
}
