import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from './ports.js';

const PROGRAM = join(process.cwd(), 'dist/apps/standalone/src/main.js');
const READY = 'Passerelle is running.';

/** What a person would have at the terminal. */
class Terminal {
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<number>;
  text = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    }
    this.ended = once(this.child, 'close').then(([code]) => Number(code));
  }

  async shows(words: string): Promise<void> {
    const over = this.ended.then(() => true);
    while (!this.text.includes(words)) {
      const ended = await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 50, false))]);
      if (ended === true && !this.text.includes(words)) throw new Error(`it ended without it:\n${this.text}`);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

describe('npm start', () => {
  let dataDir: string;
  let env: NodeJS.ProcessEnv;
  const open: Terminal[] = [];

  const start = (more: NodeJS.ProcessEnv = {}): Terminal => {
    const terminal = new Terminal({ ...env, ...more });
    open.push(terminal);
    return terminal;
  };
  const demo = () =>
    JSON.parse(readFileSync(join(dataDir, 'demo-client.json'), 'utf8')) as Record<string, string>;

  /** As it is shipped, with its partners at the sandbox of this test. */
  const configurationFor = (sandboxPort: string, inboundPort: number): string => {
    const directory = join(dataDir, 'config');
    cpSync('config', directory, { recursive: true });
    for (const partner of ['core-banking', 'mojaloop-sn', 'mpesa-ke', 'wave-sn']) {
      const file = join(directory, 'partners', `${partner}.yaml`);
      const text = readFileSync(file, 'utf8');
      const atSandbox = text.replaceAll('127.0.0.1:4000', `127.0.0.1:${sandboxPort}`);
      writeFileSync(file, atSandbox.replace('port: 3003', `port: ${inboundPort}`));
    }
    return directory;
  };

  /** The state of the operation that the money became, once it is one that has ended. */
  const endOf = async (receipt: string, token: string): Promise<string> => {
    for (;;) {
      const answer = await fetch(`${demo()['apiUrl'] ?? ''}/v1/operations?receipt=${receipt}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { items } = (await answer.json()) as { items: { kind: string; state: string }[] };
      const [found] = items;
      if (found?.state === 'succeeded') return `${found.kind} ${found.state}`;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error('it is not built: npm run build');
    dataDir = mkdtempSync(join(tmpdir(), 'passerelle-standalone-'));
    chmodSync(dataDir, 0o711);
    const { DATABASE_URL: _, ...inherited } = process.env;
    const sandboxPort = String(await freePort());
    env = {
      ...inherited,
      PASSERELLE_STANDALONE_DATA_DIR: dataDir,
      PASSERELLE_STANDALONE_POSTGRES_PORT: String(await freePort()),
      PASSERELLE_API_PORT: String(await freePort()),
      PASSERELLE_WORKER_PORT: String(await freePort()),
      SANDBOX_PORT: sandboxPort,
      PASSERELLE_CONFIG_DIR: configurationFor(sandboxPort, await freePort()),
    };
  });
  afterAll(async () => {
    for (const terminal of open) terminal.kill('SIGTERM');
    await Promise.all(open.map(({ ended }) => ended));
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is up with one command, keeps others out, and stops in order', async () => {
    const first = start();
    await first.shows(READY);
    const { clientId, clientSecret, tokenUrl, apiUrl, sandboxUrl, ...rest } = demo();
    expect(rest).toEqual({});
    expect(apiUrl).toBe(`http://127.0.0.1:${String(env['PASSERELLE_API_PORT'])}`);
    expect(sandboxUrl).toBe(`http://127.0.0.1:${String(env['SANDBOX_PORT'])}`);
    expect(statSync(join(dataDir, 'demo-client.json')).mode & 0o777).toBe(0o600);
    const token = await fetch(tokenUrl ?? '', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${String(clientId)}:${String(clientSecret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(token.status).toBe(200);

    const paid = await fetch(`${String(sandboxUrl)}/control/partners/mpesa-ke/receipts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ amount: '75', billRef: 'HSE-12' }),
    });
    const { receipt } = (await paid.json()) as { receipt: string };
    const { access_token } = (await token.json()) as { access_token: string };
    expect(await endOf(receipt, access_token)).toBe('receipt succeeded');

    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.text).toContain('is running on');
    expect(second.text).not.toContain('    at ');
    const third = start({ PASSERELLE_STANDALONE_DATA_DIR: join(dataDir, 'other') });
    expect(await third.ended).toBe(1);
    expect(third.text).toContain(
      `Port ${String(env['PASSERELLE_API_PORT'])}, which the API needs, is in use`,
    );

    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
    const order = [...first.text.matchAll(/(\w+) stopped/g)].map(([, name]) => name);
    expect(order).toEqual(['API', 'worker', 'sandbox', 'PostgreSQL']);
  }, 120_000);

  it('finds yesterday again, also after it was killed', async () => {
    const known = demo();
    const killed = start();
    await killed.shows(READY);
    killed.kill('SIGKILL');
    await killed.ended;
    const next = start();
    await next.shows(READY);
    expect(demo()).toEqual(known);
    next.kill('SIGTERM');
    expect(await next.ended).toBe(0);
  }, 120_000);
});
