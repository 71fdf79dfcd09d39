import { newId } from '#domain';
import { INTAKE } from '#gateway';
import pg from 'pg';
import { intakeRowAt } from './bodies.js';
import { type FloorJob, type Measured } from './job.js';
import { Stopwatch } from './stopwatch.js';

/** What PostgreSQL alone can do: each connection runs the intake statement with one row, again and again. */
export async function pushStatements({ databaseUrl, connections, ...timing }: FloorJob): Promise<Measured> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const stopwatch = new Stopwatch(timing);
  let count = 0;
  const keepStoring = async (client: pg.Client): Promise<void> => {
    while (!stopwatch.isOver) {
      const beganAt = performance.now();
      const row = intakeRowAt(count++, newId(new Date()));
      const { rows } = await client.query<{ ids: readonly string[] }>({ ...INTAKE, values: [row] });
      const stored = rows[0]?.ids.length ?? 0;
      if (stored === 1) stopwatch.record(beganAt);
      else stopwatch.fail(`${stored} operations stored`);
    }
  };
  await Promise.all(clients.map(keepStoring));
  await Promise.all(clients.map((client) => client.end()));
  return stopwatch.read();
}
