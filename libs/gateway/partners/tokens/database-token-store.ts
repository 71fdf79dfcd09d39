import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock } from '#domain';
import { CallTime, type FreshToken, NotReached, type TokenStore } from '#partner-kit';
import { type Database } from '#platform';
import { fetchWithin, neverLeft } from './fetch-token.js';
import { hold, type HeldToken, holdFresh } from './held-token.js';
import { TokenSeal } from './seal.js';
import { type TokenRow, TokenRows } from './token-rows.js';

/**
 * In milliseconds. A lease is renewed for as long as the fetch takes, and lapses soon after its holder has died: until then
 * no process can call the partner. A holder that stands still, or cannot reach the database, for so long is overtaken, too.
 */
const LIMITS = {
  fetch: 15_000,
  lease: 2_000,
  renewal: 500,
  patience: 25_000,
  poll: 50,
  rest: 1_000,
} as const;

type Fetch = () => Promise<FreshToken>;

const ignore = (): void => undefined;

interface Rejected {
  readonly token: string;
  readonly done: Promise<void>;
}

interface Rest {
  readonly error: Error;
  /** On the clock of `performance`. */
  readonly until: number;
}

export interface TokenStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly partner: string;
  /** The partner's own, resolved: its tokens are sealed under them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * One partner's access tokens, shared by all processes through `partner_tokens`. In each process the callers of one
 * name share one flight; of all processes one holds the lease and fetches, the others look at the row until the token is
 * there. After a failure nobody fetches for a second.
 */
export class DatabaseTokenStore implements TokenStore {
  private readonly clock: Clock;
  private readonly rows: TokenRows;
  private readonly seal: TokenSeal;
  private readonly held = new Map<string, HeldToken>();
  private readonly flights = new Map<string, Promise<HeldToken>>();
  private readonly rests = new Map<string, Rest>();
  private readonly rejections = new Map<string, Rejected>();

  constructor({ database, clock, partner, secrets }: TokenStoreOptions) {
    this.clock = clock;
    this.rows = new TokenRows(database, partner);
    this.seal = new TokenSeal(partner, secrets);
  }

  /**
   * @throws NotReached where no token can be had because the partner or the database is away: the request
   * that needed it never left. What `fetch` throws of its own (a refusal) passes through.
   */
  async get(name: string, fetch: Fetch): Promise<string> {
    const now = this.clock.now().getTime();
    const held = this.held.get(name);
    if (held && now < held.refreshAt) return held.value;
    if (held && now < held.usableUntil) {
      this.refreshBehind(name, fetch);
      return held.value;
    }
    return (await this.fly(name, fetch, false)).value;
  }

  /** Never throws: whoever was refused has sent nothing, and one that stays in the table is not taken from there again. */
  async reject(name: string, token: string): Promise<void> {
    if (this.held.get(name)?.value === token) this.held.delete(name);
    const earlier = this.rejections.get(name);
    if (earlier?.token === token) return earlier.done;
    if (this.held.has(name)) return;
    const done = this.removeStored(name, token).catch(ignore);
    this.rejections.set(name, { token, done });
    await done;
  }

  /** The callers go on with the token they have; should this fail, the next one after the rest tries again. */
  private refreshBehind(name: string, fetch: Fetch): void {
    if (this.flights.has(name) || this.restOf(name)) return;
    this.fly(name, fetch, true).catch(() => undefined);
  }

  private fly(name: string, fetch: Fetch, isBehind: boolean): Promise<HeldToken> {
    const underWay = this.flights.get(name);
    if (underWay) return underWay;
    const rest = this.restOf(name);
    if (rest) return Promise.reject(rest.error);
    // It is for all who wait, and not bound to the time of the call that began it.
    const flight = CallTime.outside(() => this.find(name, fetch, isBehind))
      .catch((error: unknown) => {
        throw neverLeft(error);
      })
      .finally(() => this.flights.delete(name));
    this.flights.set(name, flight);
    return flight;
  }

  /** Until there is a token: the stored one, one that somebody else fetches, or one that we fetch. */
  private async find(name: string, fetch: Fetch, isBehind: boolean): Promise<HeldToken> {
    const giveUpAt = performance.now() + LIMITS.patience;
    const holder = randomBytes(16);
    while (performance.now() < giveUpAt) {
      const row = await this.rows.read(name);
      const stored = this.goodEnough(name, row, isBehind);
      if (stored) return this.keep(name, stored);
      if (row.lease === 'resting')
        throw this.takeRest(name, new NotReached('no token: fetching one has just failed'));
      if (row.lease === 'free' && (await this.rows.takeLease(name, holder, LIMITS.lease))) {
        const token = await this.fetchAsHolder(name, fetch, holder, isBehind);
        if (token) return token;
      }
      await sleep(LIMITS.poll);
    }
    throw new NotReached('no token: another process took too long to fetch one');
  }

  /** Null: the lease was somebody else's before anything was asked for. */
  private async fetchAsHolder(
    name: string,
    fetch: Fetch,
    holder: Buffer,
    isBehind: boolean,
  ): Promise<HeldToken | null> {
    // Whoever held the lease before us may have stored a token since we looked.
    const stored = this.goodEnough(name, await this.rows.read(name), isBehind);
    if (stored) {
      await this.rows.releaseLease(name, holder).catch(ignore);
      return this.keep(name, stored);
    }
    if (!(await this.rows.renewLease(name, holder, LIMITS.lease))) return null;
    const fetching = new AbortController();
    void this.keepLease(name, holder, fetching.signal);
    try {
      const token = holdFresh(await fetchWithin(fetch, LIMITS.fetch), this.clock.now());
      return this.keep(name, await this.store(name, token, holder));
    } catch (error) {
      const reason = neverLeft(error);
      const isOurs = await this.rows.rest(name, holder, LIMITS.rest).catch(() => true);
      throw isOurs ? this.takeRest(name, reason) : reason;
    } finally {
      fetching.abort();
    }
  }

  private async keepLease(name: string, holder: Buffer, signal: AbortSignal): Promise<void> {
    while (await sleep(LIMITS.renewal, true, { signal }).catch(() => false)) {
      await this.rows.renewLease(name, holder, LIMITS.lease).catch(ignore);
    }
  }

  /**
   * @returns the token that counts: where somebody has taken over, theirs may have ended ours. One that a database out of
   * reach could not take still serves this process.
   */
  private async store(name: string, token: HeldToken, holder: Buffer): Promise<HeldToken> {
    this.rejections.delete(name);
    const { value, fetchedAt, expiresAt } = token;
    const sealed = this.seal.seal(name, { value, fetchedAt, expiresAt });
    try {
      if (await this.rows.store(name, sealed, new Date(expiresAt), holder)) return token;
      return this.goodEnough(name, await this.rows.read(name), false) ?? token;
    } catch {
      return token;
    }
  }

  /** The stored token, where it will do: to fetch ahead, only one that need not be fetched ahead again. */
  private goodEnough(name: string, { sealed }: TokenRow, isBehind: boolean): HeldToken | null {
    const opened = sealed && this.seal.open(name, sealed);
    if (!opened || this.rejections.get(name)?.token === opened.value) return null;
    const token = hold(opened);
    return this.clock.now().getTime() < (isBehind ? token.refreshAt : token.usableUntil) ? token : null;
  }

  private keep(name: string, token: HeldToken): HeldToken {
    this.held.set(name, token);
    return token;
  }

  private takeRest(name: string, error: Error): Error {
    this.rests.set(name, { error, until: performance.now() + LIMITS.rest });
    return error;
  }

  private restOf(name: string): Rest | undefined {
    const rest = this.rests.get(name);
    return rest && performance.now() < rest.until ? rest : undefined;
  }

  private async removeStored(name: string, token: string): Promise<void> {
    const { sealed } = await this.rows.read(name);
    if (sealed && this.seal.open(name, sealed)?.value === token) await this.rows.remove(name, sealed);
  }
}
