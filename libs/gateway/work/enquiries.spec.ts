import { newId } from '#domain';
import { type Partner } from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { type Verdicts } from '../operations/verdicts.js';
import { Enquiries } from './enquiries.js';
import { type PartnerCalls } from './partner-calls.js';
import { type Resubmissions } from './resubmissions.js';

const PACE = { perSecond: 1_000, burst: 1_000, concurrency: 100 };

describe('enquiries', () => {
  let postgres: OpenDatabase;
  let enquiries: Enquiries;
  const clock = new SystemClock();
  const partner = { id: 'sahel', descriptor: { pace: { enquiries: PACE } } } as unknown as Partner;
  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const dueSince = async (seconds: number): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at)
       VALUES ($1, 'bank', 'payment', 'sahel', 'pending', 100, 'XOF', now() - make_interval(secs => $2::int))`,
      [id, seconds],
    );
    return id;
  };
  const claimed = async (callbackLagMs?: number) =>
    (await enquiries.claimDue(partner, 10, 60_000, callbackLagMs)).map(({ operation }) => operation.id);

  beforeAll(async () => {
    postgres = await openDatabase();
    await sql("INSERT INTO partner_gates (partner, capability, tokens) VALUES ('sahel', 'enquiries', 1000)");
    enquiries = new Enquiries(
      postgres.database,
      {} as PartnerCalls,
      {} as Verdicts,
      {} as Resubmissions,
      clock,
    );
  });
  beforeEach(() => sql('TRUNCATE operations'));
  afterAll(() => postgres.close());

  it('are made as soon as they are due where callbacks are read at once', async () => {
    const id = await dueSince(0);
    expect(await claimed()).toEqual([id]);
  });

  it('leave the first word to callbacks that have not been read yet', async () => {
    const early = await dueSince(10);
    expect(await claimed(6_000)).toEqual([]);
    expect(await claimed(4_000)).toEqual([early]);
  });

  it('wait a minute at most, however far callbacks lag behind', async () => {
    await dueSince(50);
    const old = await dueSince(61);
    expect(await claimed(3_600_000)).toEqual([old]);
  });
});
