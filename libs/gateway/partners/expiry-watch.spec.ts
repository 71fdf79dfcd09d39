import { type Certificate, type PartnerRegistry } from '#partner-kit';
import { type SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenDatabase, openDatabase } from '../../../test/support/open-database.js';
import { Discrepancies } from '../discrepancies/discrepancies.js';
import { ExpiryWatch } from './expiry-watch.js';

const NOW = new Date('2026-11-21T09:00:00Z');
const DAY_MS = 86_400_000;

describe('certificates that come to their end', () => {
  let opened: OpenDatabase;
  let now: Date;
  let certificates: readonly Certificate[];
  let watch: ExpiryWatch;

  beforeAll(async () => {
    opened = await openDatabase();
    const clock = { now: () => now } as SystemClock;
    const registry = { all: () => [{ id: 'sahel', certificates }] } as unknown as PartnerRegistry;
    watch = new ExpiryWatch(registry, new Discrepancies(opened.database, clock), clock);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    now = NOW;
    certificates = [{ name: 'certificate', expiresAt: new Date(NOW.getTime() + 31 * DAY_MS) }];
    await opened.database.execute({ name: '', text: 'TRUNCATE discrepancies' }, []);
  });

  const told = async () =>
    (
      await opened.database.query<{ days: number }>({
        name: '',
        text: `SELECT (details->>'withinDays')::int AS days FROM discrepancies
          WHERE kind = 'certificate_expiring' ORDER BY days DESC`,
      })
    ).map(({ days }) => days);

  it('are told of 30, 7 and 1 days before, once each', async () => {
    expect(await watch.warn()).toBeNull();
    const seen: number[][] = [];
    for (const day of [2, 3, 24, 25, 30, 31, 40]) {
      now = new Date(NOW.getTime() + day * DAY_MS);
      await watch.warn();
      seen.push(await told());
    }
    expect(seen).toEqual([[30], [30], [30, 7], [30, 7], [30, 7, 1], [30, 7, 1], [30, 7, 1]]);
  });

  it('are not told of again where somebody has settled it', async () => {
    now = new Date(NOW.getTime() + 2 * DAY_MS);
    await watch.warn();
    const settle = "UPDATE discrepancies SET settled_at = now(), settled_by = 'somebody'";
    await opened.database.execute({ name: '', text: settle }, []);
    await watch.warn();
    expect(await told()).toEqual([30]);
  });

  it('are watched anew once they are renewed', async () => {
    now = new Date(NOW.getTime() + 30.5 * DAY_MS);
    await watch.warn();
    certificates = [{ name: 'certificate', expiresAt: new Date(now.getTime() + 365 * DAY_MS) }];
    expect(await watch.warn()).toBeNull();
    expect(watch.all()).toMatchObject([{ partner: 'sahel', leftMs: 365 * DAY_MS }]);
  });
});
