import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type PeerName = 'scheme-adapter' | 'toolkit';

const CACHE = resolve('.cache/mojaloop');
const MANIFESTS = ['package.json', 'package-lock.json'];

/** @throws with what it wrote, where a command fails */
export async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${written.slice(-4_000)}`);
}

/** What somebody else's program is made of, as its own lockfile pins it: installed once for each lockfile. */
export async function installPeer(name: PeerName): Promise<string> {
  const pinned = resolve('test/mojaloop/peers', name);
  const folder = join(CACHE, name);
  const mark = join(folder, '.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(pinned, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const manifest of MANIFESTS) cpSync(join(pinned, manifest), join(folder, manifest));
  // Their install scripts build nothing that is needed here.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  writeFileSync(mark, lock);
  return folder;
}
