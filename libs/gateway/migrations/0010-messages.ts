import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What is cut by month, until the messages came. */
const BEFORE = ['operations', 'transitions', 'events', 'attempts', 'enquiries', 'callbacks', 'notices'];
export const CUT_BY_MONTH: readonly string[] = [...BEFORE, 'messages'];

/** The function that makes their months, all in one transaction. */
export const partitionsOf = (tables: readonly string[]): string => `
  CREATE OR REPLACE FUNCTION ensure_month_partitions(moment timestamptz, months integer) RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE
    parent text;
    first  timestamptz;
    made   integer := 0;
  BEGIN
    FOR ahead IN 0..months LOOP
      first := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
      first := (((first AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC');
      FOREACH parent IN ARRAY '{${tables.join(',')}}'::text[] LOOP
        IF to_regclass(parent || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM')) IS NULL THEN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            parent || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM'), parent,
            lowest_id_at(first),
            lowest_id_at(((first AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'));
          made := made + 1;
        END IF;
      END LOOP;
    END LOOP;
    RETURN made;
  END
  $$`;

/** What we and a partner said to each other, word by word, where its file asks for that. */
export class Messages1763794800000 implements MigrationInterface {
  readonly name = 'Messages1763794800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messages (
        id          uuid PRIMARY KEY DEFAULT uuidv7(),
        partner     text NOT NULL,
        -- Our operation, or the partner's id of the movement: what is said before there is an operation belongs to it, too.
        topic       text NOT NULL,
        direction   text NOT NULL CHECK (direction IN ('sent', 'received')),
        at          timestamptz NOT NULL,
        method      text NOT NULL,
        path        text NOT NULL,
        -- Headers and body; masked before they are written, as the path is.
        request     jsonb NOT NULL,
        -- The same, with a status. Null: none came.
        answer      jsonb,
        answered_at timestamptz,
        failure     text
      ) PARTITION BY RANGE (id);
      CREATE INDEX messages_of ON messages (topic);
      CREATE TABLE messages_other PARTITION OF messages DEFAULT;
      ${partitionsOf(CUT_BY_MONTH)};
      SELECT ensure_month_partitions(now(), 2);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE messages; ${partitionsOf(BEFORE)}`);
  }
}
