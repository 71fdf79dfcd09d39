import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type withAdminDatabase } from '../../api/src/admin/admin-database.js';
import { ALL_SCOPES, createClient, isClientActive } from '../../api/src/admin/create-client.js';

type Database = Parameters<Parameters<typeof withAdminDatabase>[1]>[0];

const Credentials = z.object({ clientId: z.string(), clientSecret: z.string() });
type Credentials = z.infer<typeof Credentials>;

/** What somebody needs for a first call. */
export interface DemoClient extends Credentials {
  readonly tokenUrl: string;
  readonly apiUrl: string;
  readonly sandboxUrl: string;
}

export interface DemoUrls {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
}

export const demoClientFile = (dataDir: string): string => join(dataDir, 'demo-client.json');

function readKnown(file: string): Credentials | undefined {
  try {
    return Credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function credentialsFor(database: Database, file: string): Promise<Credentials> {
  const known = readKnown(file);
  if (known !== undefined && (await isClientActive(database, known.clientId))) return known;
  const id = `demo-${randomBytes(4).toString('hex')}`;
  return createClient(database, { id, name: 'Demo', scopes: ALL_SCOPES });
}

/** The client of yesterday where the database still knows it, otherwise a new one; its file says where to go. */
export async function ensureDemoClient(
  database: Database,
  dataDir: string,
  urls: DemoUrls,
): Promise<DemoClient> {
  const file = demoClientFile(dataDir);
  const { clientId, clientSecret } = await credentialsFor(database, file);
  const { apiUrl, sandboxUrl } = urls;
  const demo = { clientId, clientSecret, tokenUrl: `${apiUrl}/oauth/token`, apiUrl, sandboxUrl };
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return demo;
}
