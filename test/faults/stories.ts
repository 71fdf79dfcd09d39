import type pg from 'pg';

/** Of so many operations, at most. */
const MOST_TOLD = 3;
const LONGEST_LINE = 300;
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;

/** All that is written down of an operation, in the order of time. */
const STORY = `
  SELECT at, what, to_jsonb(said) - 'operation_id' AS said FROM (
    SELECT at, 'transition' AS what, to_jsonb(t) AS said FROM transitions t WHERE operation_id = $1
    UNION ALL SELECT started_at, 'attempt', to_jsonb(a) FROM attempts a WHERE operation_id = $1
    UNION ALL SELECT asked_at, 'enquiry', to_jsonb(e) FROM enquiries e WHERE operation_id = $1
    UNION ALL SELECT at, 'notice', to_jsonb(n) FROM notices n WHERE operation_id = $1
    UNION ALL SELECT opened_at, 'discrepancy', to_jsonb(d) FROM discrepancies d WHERE operation_id = $1
    UNION ALL SELECT updated_at, 'stands', to_jsonb(o) - ARRAY['payer_value', 'payee_value', 'memo']
      FROM operations o WHERE id = $1
  ) AS s ORDER BY at`;

interface Line {
  readonly at: Date;
  readonly what: string;
  readonly said: Readonly<Record<string, unknown>>;
}

const lineOf = ({ at, what, said }: Line): string => {
  const told = Object.entries(said).filter(([, value]) => value !== null);
  const line = `      ${at.toISOString().slice(11, 23)} ${what} ${JSON.stringify(Object.fromEntries(told))}`;
  return line.slice(0, LONGEST_LINE);
};

/** What is written down of the operations that a complaint names: the database is gone when somebody reads it. */
export async function storiesOf(
  database: pg.Pool,
  complaints: readonly string[],
): Promise<readonly string[]> {
  const ids = [...new Set(complaints.flatMap((text) => text.match(ID) ?? []))].slice(0, MOST_TOLD);
  const stories = ids.map(async (id) => {
    const { rows } = await database.query<Line>(STORY, [id]);
    return [`    ${id}`, ...rows.map(lineOf)];
  });
  return (await Promise.all(stories)).flat();
}
