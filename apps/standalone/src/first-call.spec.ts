import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstCall, secondCall } from './first-call.js';

/** Answers as the API would, and tells how it was called. */
const CURL = `#!/bin/sh
case "$*" in
  *oauth*) echo '{"access_token":"t0ken"}' ;;
  *) node -e 'console.log(JSON.stringify({ argv: process.argv.slice(1) }))' -- "$@" ;;
esac
`;

const DEMO = {
  clientId: 'demo',
  clientSecret: 's3cret',
  tokenUrl: 'http://127.0.0.1:3000/oauth/token',
  apiUrl: 'http://127.0.0.1:3000',
  sandboxUrl: 'http://127.0.0.1:4000',
};
const mpesa = { id: 'mpesa-ke', adapter: 'daraja', enabled: true };

describe('the first call', () => {
  let dir: string;
  let file: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "passerelle it's "));
    file = join(dir, 'demo-client.json');
    writeFileSync(file, JSON.stringify(DEMO));
    writeFileSync(join(dir, 'curl'), CURL);
    chmodSync(join(dir, 'curl'), 0o755);
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  /** What the API would have been asked, when the line is pasted into a shell. */
  const paste = (line: string): string[] => {
    expect(line).not.toContain('\n');
    const env = { ...process.env, PATH: [dir, process.env['PATH']].join(delimiter) };
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { argv: string[] }).argv;
  };

  it('pays through a partner that is configured', () => {
    const argv = paste(firstCall(file, [{ ...mpesa, id: 'off', enabled: false }, mpesa]));
    expect(argv).toEqual(expect.arrayContaining(['Authorization: Bearer t0ken', 'Prefer: wait=20']));
    expect(argv.at(-1)).toBe('http://127.0.0.1:3000/v1/payments');
    expect(JSON.parse(argv[argv.indexOf('-d') + 1] ?? '')).toMatchObject({
      partner: 'mpesa-ke',
      amount: { value: '100', currency: 'KES' },
    });
    expect(argv.find((word) => word.startsWith('Idempotency-Key'))).toMatch(
      /^Idempotency-Key: [0-9a-f-]{36}$/,
    );
  });

  it('asks for the partners where none of them has a simulator', () => {
    expect(paste(firstCall(file, [])).at(-1)).toBe('http://127.0.0.1:3000/v1/partners');
  });

  it('is followed by a look at what became of it', () => {
    const [...argv] = paste(`${firstCall(file, [mpesa])} >/dev/null; ${secondCall()}`);
    expect(argv.at(-1)).toBe('http://127.0.0.1:3000/v1/operations?limit=1');
  });
});
