import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One entry of `auth.signingKeys`. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: `file:${string}`;
}

const EXTENSION = '.pem';

function createKey(dir: string): string {
  const kid = randomBytes(6).toString('hex');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = join(dir, `${kid}${EXTENSION}`);
  const draft = `${file}.new`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  renameSync(draft, file);
  return `${kid}${EXTENSION}`;
}

/** The keys (ES256) that sign our tokens, made on the first start. The file's name is the key's id. */
export function ensureSigningKeys(dataDir: string): SigningKey[] {
  const dir = join(dataDir, 'keys');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kept = readdirSync(dir).filter((name) => name.endsWith(EXTENSION));
  const names = kept.length > 0 ? kept.toSorted() : [createKey(dir)];
  return names.map((name) => ({
    kid: name.slice(0, -EXTENSION.length),
    privateKey: `file:${join(dir, name)}`,
  }));
}
