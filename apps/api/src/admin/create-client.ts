import { type ClientCredentials, Clients, type NewClient } from '#gateway';
import { type Database } from '#platform';
import { isScope, type Scope, SCOPES } from '../auth/scopes.js';

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** A client of the API. Its secret is told here and never again. @throws Error naming a scope that is none */
export async function createClient(database: Database, client: NewClient): Promise<ClientCredentials> {
  const unknown = client.scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0)
    throw new Error(`there is no scope ${unknown.join(', ')}; there are: ${ALL_SCOPES.join(' ')}`);
  return new Clients(database).add(client);
}

/** Whether this client may (still) ask for tokens. */
export async function isClientActive(database: Database, id: string): Promise<boolean> {
  const client = await new Clients(database).find(id);
  return client !== null && client.disabledAt === null;
}
