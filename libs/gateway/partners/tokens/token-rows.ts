import { type Database } from '#platform';

/** What the table holds under a name. */
export interface TokenRow {
  readonly sealed: Buffer | null;
  /**
   * Who fetches: `free` nobody; `held` somebody, here or in another process; `resting` nobody, since fetching
   * has just failed.
   */
  readonly lease: 'free' | 'held' | 'resting';
}

/**
 * A lease is a row of its own beside the token's: `sealed` tells its holder, `expires_at` (the database's time) when
 * it lapses. So nobody keeps a connection while a partner takes its time.
 */
const leaseOf = (name: string): string => `lease of ${name}`;
const RESTING = Buffer.from('resting');

const READ = {
  name: 'token-read',
  text: `SELECT name, sealed, expires_at > now() AS lives FROM partner_tokens
    WHERE partner = $1 AND name IN ($2, $3)`,
};

const TAKE_LEASE = {
  name: 'token-take-lease',
  text: `INSERT INTO partner_tokens AS held (partner, name, sealed, expires_at)
    VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
    ON CONFLICT (partner, name) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at
    WHERE held.expires_at <= now()`,
};

const RENEW_LEASE = {
  name: 'token-renew-lease',
  text: `UPDATE partner_tokens SET expires_at = now() + $4 * interval '1 millisecond'
    WHERE partner = $1 AND name = $2 AND sealed = $3`,
};

const STORE = {
  name: 'token-store',
  text: `WITH released AS (DELETE FROM partner_tokens WHERE partner = $1 AND name = $5 AND sealed = $6 RETURNING partner)
    INSERT INTO partner_tokens (partner, name, sealed, expires_at)
    SELECT partner, $2::text, $3::bytea, $4::timestamptz FROM released
    ON CONFLICT (partner, name) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
};

const REST = {
  name: 'token-rest',
  text: `UPDATE partner_tokens SET sealed = $4, expires_at = now() + $5 * interval '1 millisecond'
    WHERE partner = $1 AND name = $2 AND sealed = $3`,
};

const REMOVE = {
  name: 'token-remove',
  text: 'DELETE FROM partner_tokens WHERE partner = $1 AND name = $2 AND sealed = $3',
};

/** One partner's rows of `partner_tokens`: its tokens, and who is fetching one. */
export class TokenRows {
  constructor(
    private readonly database: Database,
    private readonly partner: string,
  ) {}

  async read(name: string): Promise<TokenRow> {
    const rows = await this.database.query<{ name: string; sealed: Buffer; lives: boolean }>(READ, [
      this.partner,
      name,
      leaseOf(name),
    ]);
    const lease = rows.find((row) => row.name === leaseOf(name) && row.lives);
    return {
      sealed: rows.find((row) => row.name === name)?.sealed ?? null,
      lease: !lease ? 'free' : lease.sealed.equals(RESTING) ? 'resting' : 'held',
    };
  }

  /** True for one caller of all processes until it is given back or lapses. */
  async takeLease(name: string, holder: Buffer, forMs: number): Promise<boolean> {
    return (await this.database.execute(TAKE_LEASE, [this.partner, leaseOf(name), holder, forMs])) === 1;
  }

  /** @returns whether it is still the holder's */
  async renewLease(name: string, holder: Buffer, forMs: number): Promise<boolean> {
    return (await this.database.execute(RENEW_LEASE, [this.partner, leaseOf(name), holder, forMs])) === 1;
  }

  async releaseLease(name: string, holder: Buffer): Promise<void> {
    await this.database.execute(REMOVE, [this.partner, leaseOf(name), holder]);
  }

  /** The holder failed: for a while nobody fetches. @returns false where somebody has taken over: nothing has changed */
  async rest(name: string, holder: Buffer, forMs: number): Promise<boolean> {
    return (await this.database.execute(REST, [this.partner, leaseOf(name), holder, RESTING, forMs])) === 1;
  }

  /**
   * Stores the token and gives the lease back in one commit.
   * @returns false where somebody has taken over, whose token is the newer one: nothing has changed
   */
  async store(name: string, sealed: Buffer, expiresAt: Date, holder: Buffer): Promise<boolean> {
    const values = [this.partner, name, sealed, expiresAt, leaseOf(name), holder];
    return (await this.database.execute(STORE, values)) === 1;
  }

  /** Removes the token unless it has been replaced since it was read. */
  async remove(name: string, sealed: Buffer): Promise<void> {
    await this.database.execute(REMOVE, [this.partner, name, sealed]);
  }
}
