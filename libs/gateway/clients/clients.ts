import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Client, CLIENT_ID, type ClientCredentials, type NewClient } from './client.js';
import { hashClientSecret, newClientSecret } from './client-secret.js';

interface ClientRow {
  id: string;
  name: string;
  secret_hash: string;
  scopes: string[];
  rate_limit_per_second: number | null;
  created_at: Date;
  disabled_at: Date | null;
}

const ADD = {
  name: 'clients-add',
  text: `INSERT INTO clients (id, name, secret_hash, scopes, rate_limit_per_second) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING`,
};
const BY_ID = { name: 'clients-by-id', text: 'SELECT * FROM clients WHERE id = $1' };
const ALL = { name: 'clients-all', text: 'SELECT * FROM clients ORDER BY created_at, id' };
const DISABLE = {
  name: 'clients-disable',
  text: 'UPDATE clients SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1',
};
const ROTATE = {
  name: 'clients-rotate',
  text: 'UPDATE clients SET secret_hash = $2 WHERE id = $1 AND disabled_at IS NULL',
};

const toClient = (row: ClientRow): Client => ({
  id: row.id,
  name: row.name,
  secretHash: row.secret_hash,
  scopes: row.scopes,
  rateLimitPerSecond: row.rate_limit_per_second,
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
});

/** Who may call the API. */
@Injectable()
export class Clients {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Client | null> {
    const [row] = await this.database.query<ClientRow>(BY_ID, [id]);
    return row ? toClient(row) : null;
  }

  /** Oldest first. */
  async list(): Promise<readonly Client[]> {
    return (await this.database.query<ClientRow>(ALL)).map(toClient);
  }

  /** @throws Error where the id is malformed or taken */
  async add({ id, name, scopes, rateLimitPerSecond }: NewClient): Promise<ClientCredentials> {
    const clientId = id ?? `client-${randomBytes(6).toString('hex')}`;
    if (!CLIENT_ID.test(clientId)) throw new Error('a client id is 2 to 64 of a-z 0-9 . _ -');
    const clientSecret = newClientSecret();
    const hash = await hashClientSecret(clientSecret);
    const added = await this.database.execute(ADD, [
      clientId,
      name,
      hash,
      [...scopes],
      rateLimitPerSecond ?? null,
    ]);
    if (added === 0) throw new Error(`there is a client "${clientId}" already`);
    return { clientId, clientSecret };
  }

  /** No new tokens from now on; those it holds end by themselves. @returns whether there is such a client */
  async disable(id: string): Promise<boolean> {
    return (await this.database.execute(DISABLE, [id])) > 0;
  }

  /** A new secret; the old one is worth nothing any more. Null: no such client, or a disabled one. */
  async rotate(id: string): Promise<ClientCredentials | null> {
    const clientSecret = newClientSecret();
    const rotated = await this.database.execute(ROTATE, [id, await hashClientSecret(clientSecret)]);
    return rotated > 0 ? { clientId: id, clientSecret } : null;
  }
}
