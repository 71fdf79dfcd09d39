import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { CUT_BY_MONTH, partitionsOf } from './0010-messages.js';

/**
 * Months are made for one table after the other, each in a commit of its own. Making one takes its whole table for a moment:
 * together they were held as long as it took, and whoever reads two of them in another order stood in the way, and was stood
 * in the way of, until PostgreSQL ended one of the two.
 */
export class MonthsOneByOne1763802000000 implements MigrationInterface {
  readonly name = 'MonthsOneByOne1763802000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION ensure_month_partitions;
      CREATE PROCEDURE make_month_partitions(moment timestamptz, months integer, INOUT made integer)
      LANGUAGE plpgsql AS $$
      DECLARE
        parent text;
        first  timestamp;
        month  text;
      BEGIN
        made := 0;
        FOREACH parent IN ARRAY '{${CUT_BY_MONTH.join(',')}}'::text[] LOOP
          -- Whoever wants the table next waits behind this: better tomorrow night than for long.
          PERFORM set_config('lock_timeout', '1s', true);
          FOR ahead IN 0..months LOOP
            first := date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => ahead);
            month := parent || to_char(first, '_YYYY_MM');
            IF to_regclass(month) IS NULL THEN
              EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', month, parent,
                lowest_id_at(first AT TIME ZONE 'UTC'),
                lowest_id_at((first + interval '1 month') AT TIME ZONE 'UTC'));
              made := made + 1;
            END IF;
          END LOOP;
          COMMIT;
        END LOOP;
      END
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP PROCEDURE make_month_partitions; ${partitionsOf(CUT_BY_MONTH)}`);
  }
}
