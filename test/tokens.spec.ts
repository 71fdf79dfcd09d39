import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallTime, type FreshToken, NoAnswer, NotReached } from '#partner-kit';
import { type Database } from '#platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseTokenStore } from '../libs/gateway/partners/tokens/database-token-store.js';
import { openDatabase, type OpenDatabase } from './support/open-database.js';

const HOUR_MS = 3_600_000;
const LOOK_MS = 20;
const SECRETS = { consumerKey: 'key-1', consumerSecret: 'secret-1' };

/** A partner's token address: counts what it is asked, answers after a while with a token of the given life. */
class TokenDesk {
  requests = 0;
  lifeMs = HOUR_MS;
  isBroken = false;
  private server: Server | undefined;

  async open(): Promise<void> {
    this.server = createServer((_, response) => {
      this.requests += 1;
      const token = { token: `token-${this.requests}`, lifeMs: this.lifeMs };
      setTimeout(() => {
        response.statusCode = this.isBroken ? 503 : 200;
        response.end(JSON.stringify(token));
      }, 150);
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.server.listen(0, '127.0.0.1', () => {
      resolve(undefined);
    });
    await promise;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  /** What an adapter does to get a token. */
  readonly fetch = async (now = Date.now()): Promise<FreshToken> => {
    const { port } = this.server?.address() as AddressInfo;
    const reply = await fetch(`http://127.0.0.1:${port}/token`);
    if (!reply.ok) throw new NoAnswer('HTTP 503');
    const { token, lifeMs } = (await reply.json()) as { token: string; lifeMs: number };
    return { value: token, expiresAt: new Date(now + lifeMs) };
  };
}

/** A clock that tests move. */
class MovedClock {
  private aheadMs = 0;
  now = (): Date => new Date(Date.now() + this.aheadMs);
  move(ms: number): void {
    this.aheadMs += ms;
  }
}

describe('access tokens of a partner', () => {
  const desk = new TokenDesk();
  let postgres: OpenDatabase;
  let other: Database;
  let clock: MovedClock;
  let partner: string;
  let partners = 0;

  const storeOn = (database: Database, secrets: Record<string, string> = SECRETS) =>
    new DatabaseTokenStore({ database, clock, partner, secrets });
  const fetchToken = () => desk.fetch(clock.now().getTime());
  /** Of whoever fetches, or rests. */
  const leaseEndsIn = (seconds: number) =>
    postgres.database.execute(
      {
        name: 'its-lease-ends',
        text: `UPDATE partner_tokens SET expires_at = now() + $2 * interval '1 second'
          WHERE partner = $1 AND name = 'lease of access'`,
      },
      [partner, seconds],
    );

  beforeAll(async () => {
    postgres = await openDatabase();
    other = await postgres.another();
    await desk.open();
  });
  afterAll(async () => {
    desk.close();
    await postgres.close();
  });
  beforeEach(() => {
    clock = new MovedClock();
    partner = `partner-${(partners += 1)}`;
  });
  afterEach(() => {
    Object.assign(desk, { requests: 0, lifeMs: HOUR_MS, isBroken: false });
  });

  it('are fetched once for 200 submissions that find an expired one, in two processes', async () => {
    const stores = [storeOn(postgres.database), storeOn(other)] as const;
    await Promise.all(stores.map((store) => store.get('access', fetchToken)));
    expect(desk.requests).toBe(1);
    clock.move(HOUR_MS);

    const gets = Array.from({ length: 200 }, (_, n) => stores[n % 2 ? 1 : 0].get('access', fetchToken));
    expect(new Set(await Promise.all(gets))).toEqual(new Set(['token-2']));
    expect(desk.requests).toBe(2);
  });

  it('are fetched once for 200 submissions of a process that starts', async () => {
    const store = storeOn(postgres.database);
    await Promise.all(Array.from({ length: 200 }, () => store.get('access', fetchToken)));
    expect(desk.requests).toBe(1);
  });

  it('are there at once for a process that starts later', async () => {
    await storeOn(postgres.database).get('access', fetchToken);
    await expect(storeOn(other).get('access', fetchToken)).resolves.toBe('token-1');
    expect(desk.requests).toBe(1);
  });

  it('are kept apart by name', async () => {
    const store = storeOn(postgres.database);
    await Promise.all([store.get('access', fetchToken), store.get('payouts', fetchToken)]);
    expect(desk.requests).toBe(2);
  });

  it('are fetched ahead by one caller while the others use the old one', async () => {
    const stores = [storeOn(postgres.database), storeOn(other)] as const;
    await Promise.all(stores.map((store) => store.get('access', fetchToken)));
    clock.move(HOUR_MS * 0.95);

    const gets = Array.from({ length: 50 }, (_, n) => stores[n % 2 ? 1 : 0].get('access', fetchToken));
    expect(new Set(await Promise.all(gets))).toEqual(new Set(['token-1']));
    for (const store of stores) {
      while ((await store.get('access', fetchToken)) === 'token-1') await sleep(LOOK_MS);
      await expect(store.get('access', fetchToken)).resolves.toBe('token-2');
    }
    expect(desk.requests).toBe(2);
  });

  it('that cannot be fetched are asked for once, then again after a while', async () => {
    desk.isBroken = true;
    const stores = [storeOn(postgres.database), storeOn(other)] as const;
    const gets = Array.from({ length: 200 }, (_, n) => stores[n % 2 ? 1 : 0].get('access', fetchToken));
    const results = await Promise.allSettled(gets);
    expect(results.every((one) => one.status === 'rejected' && one.reason instanceof NotReached)).toBe(true);
    expect(desk.requests).toBe(1);

    desk.isBroken = false;
    for (const store of stores) {
      const get = () => store.get('access', fetchToken).catch(() => null);
      let token = await get();
      for (; token === null; token = await get()) await sleep(LOOK_MS);
      expect(token).toBe('token-2');
    }
  });

  it('that could not be fetched are asked for by nobody while that is fresh', async () => {
    desk.isBroken = true;
    const store = storeOn(postgres.database);
    await expect(store.get('access', fetchToken)).rejects.toThrow(NotReached);
    // The rest of a second may be over on a slow machine before anybody has asked.
    await leaseEndsIn(60);
    for (const one of [store, storeOn(other)]) {
      await expect(one.get('access', fetchToken)).rejects.toThrow(NotReached);
    }
    expect(desk.requests).toBe(1);
  });

  it('that the partner refuses are replaced once, however many were refused', async () => {
    const stores = [storeOn(postgres.database), storeOn(other)] as const;
    await Promise.all(stores.map((store) => store.get('access', fetchToken)));

    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const store = stores[n % 2 ? 1 : 0];
        await store.reject('access', 'token-1');
        await expect(store.get('access', fetchToken)).resolves.toBe('token-2');
      }),
    );
    await stores[0].reject('access', 'token-1');
    await expect(stores[0].get('access', fetchToken)).resolves.toBe('token-2');
    expect(desk.requests).toBe(2);
  });

  it('that the partner refuses are replaced also where the table could not be asked just then', async () => {
    const away = Object.create(postgres.database) as Database;
    let isAway = false;
    away.query = async (...parameters) => {
      if (isAway) throw new Error('no connection');
      return postgres.database.query(...parameters);
    };
    const store = storeOn(away);
    await store.get('access', fetchToken);
    isAway = true;
    const rejected = Array.from({ length: 10 }, () => store.reject('access', 'token-1'));
    await expect(Promise.all(rejected)).resolves.toHaveLength(10);
    isAway = false;
    await expect(store.get('access', fetchToken)).resolves.toBe('token-2');
  });

  it('are fetched by another process soon after the one that was to do it died', async () => {
    const dying = await postgres.another();
    const begun = Promise.withResolvers<undefined>();
    const unheard = Promise.withResolvers<FreshToken>();
    const lost = storeOn(dying).get('access', () => {
      begun.resolve(undefined);
      return unheard.promise;
    });
    lost.catch(() => undefined);
    await begun.promise;
    const got = storeOn(other).get('access', fetchToken);
    await sleep(1_200);
    expect(desk.requests).toBe(0);

    await dying.dataSource.destroy();
    await expect(got).resolves.toBe('token-1');
    unheard.reject(new NoAnswer('nobody hears it'));
    await expect(lost).rejects.toThrow(NotReached);
  }, 10_000);

  it('are fetched once, however long that takes', async () => {
    const fetchSlowly = async (): Promise<FreshToken> => {
      await sleep(3_000);
      return fetchToken();
    };
    const stores = [storeOn(postgres.database), storeOn(other)];
    const gets = stores.map((store) => store.get('access', fetchSlowly));
    await expect(Promise.all(gets)).resolves.toEqual(['token-1', 'token-1']);
    expect(desk.requests).toBe(1);
  });

  it('of a process that was overtaken do not take the place of newer ones', async () => {
    const begun = Promise.withResolvers<undefined>();
    const answer = Promise.withResolvers<FreshToken>();
    const late = storeOn(postgres.database).get('access', () => {
      begun.resolve(undefined);
      return answer.promise;
    });
    await begun.promise;
    const overtake = { name: 'its-lease-lapses', text: 'DELETE FROM partner_tokens WHERE partner = $1' };
    await postgres.database.execute(overtake, [partner]);
    await expect(storeOn(other).get('access', fetchToken)).resolves.toBe('token-1');

    answer.resolve({ value: 'ended', expiresAt: new Date(clock.now().getTime() + HOUR_MS) });
    await expect(late).resolves.toBe('token-1');
    await expect(storeOn(other).get('access', fetchToken)).resolves.toBe('token-1');
  });

  it('are fetched in a time of their own, whoever’s call it was that needed one first', async () => {
    const store = storeOn(postgres.database);
    const timeOf = async (): Promise<FreshToken> => {
      expect(CallTime.current()).toBeUndefined();
      return fetchToken();
    };
    await expect(new CallTime(1_000).hold(() => store.get('access', timeOf))).resolves.toBe('token-1');
  });

  it('pass on what an adapter itself says of a refusal', async () => {
    const refusal = new RangeError('the key is wrong');
    const store = storeOn(postgres.database);
    await expect(store.get('access', () => Promise.reject(refusal))).rejects.toBe(refusal);
    await expect(storeOn(other).get('access', fetchToken)).rejects.toThrow(NotReached);
  });

  it('are unreadable in the table, and useless with other secrets', async () => {
    const store = storeOn(postgres.database);
    await store.get('access', fetchToken);
    const rows = await postgres.database.query<{ sealed: Buffer }>(
      { name: 'sealed', text: 'SELECT sealed FROM partner_tokens WHERE partner = $1' },
      [partner],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('token-1');

    const rotated = storeOn(other, { ...SECRETS, consumerSecret: 'secret-2' });
    await expect(rotated.get('access', fetchToken)).resolves.toBe('token-2');
  });
});
