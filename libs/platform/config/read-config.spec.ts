import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { scrub } from '../log/scrub.js';
import { ConfigError } from './config-error.js';
import { VARIABLES } from './environment.js';
import { readConfig } from './read-config.js';
import { resolveSecret } from './secrets.js';

const CALLBACK_KEY = 'callbackKey: env:KEY\n';

describe('the configuration', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'passerelle-config-'));
    mkdirSync(join(dir, 'partners'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  const write = (name: string, text: string): void => {
    writeFileSync(join(dir, name), text);
  };
  const read = (env: NodeJS.ProcessEnv = {}) => readConfig({ PASSERELLE_CONFIG_DIR: dir, ...env });
  const refusal = (env: NodeJS.ProcessEnv = {}): ConfigError => {
    try {
      read(env);
    } catch (error) {
      if (error instanceof ConfigError) return error;
    }
    throw new Error('it was accepted');
  };

  it('has a default for every key', () => {
    expect(read()).toMatchObject({
      configDir: dir,
      api: { host: '127.0.0.1', port: 3000, publicUrl: 'http://127.0.0.1:3000', bodyLimitBytes: 65_536 },
      database: { url: 'embedded' },
      auth: { signingKeys: [] },
      partners: [],
    });
  });

  it('takes a file of one line', () => {
    write('default.yaml', 'api: { port: 8080 }');
    expect(read().api).toMatchObject({ port: 8080, publicUrl: 'http://127.0.0.1:8080' });
  });

  it('lets the environment win over the file', () => {
    write('default.yaml', 'api: { port: 8080, waitMaxMs: 5 }');
    const config = read({
      DATABASE_URL: 'postgres://u:p@h/d',
      PASSERELLE_API_PORT: '9090',
      PASSERELLE_PUBLIC_URL: 'https://pay.example/',
      PASSERELLE_API_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
      PASSERELLE_AUTH_SIGNING_KEYS: '[{"kid":"a","privateKey":"file:a.pem"}]',
      PASSERELLE_AUTH_TRUSTED_ISSUER_ISSUER: 'https://id.example',
      PASSERELLE_AUTH_TRUSTED_ISSUER_JWKS_URL: 'https://id.example/jwks',
      PASSERELLE_AUTH_TRUSTED_ISSUER_AUDIENCE: 'pay',
    });
    expect(config).toMatchObject({
      api: {
        port: 9090,
        waitMaxMs: 5,
        publicUrl: 'https://pay.example',
        trustedProxies: ['10.0.0.1', '10.1.0.0/16'],
      },
      database: { url: 'postgres://u:p@h/d' },
      auth: {
        signingKeys: [{ kid: 'a', privateKey: 'file:a.pem' }],
        trustedIssuer: { issuer: 'https://id.example', audience: 'pay', clientIdClaim: 'client_id' },
      },
    });
  });

  it('can be set by the environment, key by key', () => {
    const names = VARIABLES.map(({ name }) => name);
    expect(names).toContain('PASSERELLE_WORKER_CLAIM_BATCH');
    expect(names).toContain('PASSERELLE_METRICS_TOKEN');
    expect(new Set(names).size).toBe(names.length);
  });

  it('cannot be changed', () => {
    expect(() => {
      Object.assign(read().api, { port: 1 });
    }).toThrow(TypeError);
  });

  it('names every wrong key at once, and repeats no value', () => {
    write('default.yaml', 'api: { port: hunter2-port, prot: 1 }\nworker: { leaseMs: -5 }');
    write('partners/sahel.yaml', 'adapter: sahel\nsecrets: { apiKey: hunter2-literal }\n');
    write('partners/Bad_Name.yaml', CALLBACK_KEY);
    const { message, problems } = refusal({
      PASSERELLE_WORKER_PORT: 'hunter2-env',
      PASSERELLE_API_PROT: 'hunter2-typo',
      PASSERELLE_AUTH_SIGNING_KEYS: '[{hunter2',
      DATABASE_URL: 'mysql://hunter2',
    });
    expect(problems.map(({ source, path }) => `${source.replace(`${dir}/`, '')} ${path}`).toSorted()).toEqual(
      [
        'DATABASE_URL database.url',
        'PASSERELLE_API_PROT ',
        'PASSERELLE_AUTH_SIGNING_KEYS ',
        'PASSERELLE_WORKER_PORT worker.port',
        'default.yaml api',
        'default.yaml api.port',
        'default.yaml worker.leaseMs',
        'partners/Bad_Name.yaml ',
        'partners/sahel.yaml callbackKey',
        'partners/sahel.yaml secrets.apiKey',
      ],
    );
    expect(message).toContain('"prot"');
    expect(message).not.toContain('hunter2');
  });

  it('refuses a lease that leaves no time for a call', () => {
    write('default.yaml', 'worker: { leaseMs: 1999 }');
    expect(refusal().problems).toMatchObject([{ path: 'worker.leaseMs' }]);
    write('default.yaml', 'worker: { leaseMs: 2000 }');
    expect(read().worker.leaseMs).toBe(2_000);
  });

  it('says where YAML is broken without quoting it', () => {
    write('default.yaml', 'api:\n  port: "hunter2\nworker: }{');
    const { message } = refusal();
    expect(message).toMatch(/default\.yaml: is not valid YAML \(line \d+, column \d+\)/);
    expect(message).not.toContain('hunter2');
  });

  it('refuses a directory that is not there', () => {
    expect(refusal({ PASSERELLE_CONFIG_DIR: join(dir, 'nowhere') }).message).toContain('does not exist');
  });

  it('reads partners by their file names', () => {
    write('partners/sahel-sn.yaml', `adapter: sahel\nsettings: { shortCode: 7 }\n${CALLBACK_KEY}`);
    expect(read().partners).toMatchObject([
      { id: 'sahel-sn', adapter: 'sahel', enabled: true, settings: { shortCode: 7 }, secrets: {} },
    ]);
  });

  it('finds secrets in the environment and in files beside it, and masks them from then on', () => {
    write('key.pem', 'file-secret-value\n');
    expect(resolveSecret('env:KEY', dir, { KEY: 'environment-secret' })).toBe('environment-secret');
    expect(resolveSecret('file:key.pem', dir, {})).toBe('file-secret-value');
    expect(scrub('environment-secret and file-secret-value')).toBe('*** and ***');
  });

  it('names the reference that has nothing behind it', () => {
    expect(() => resolveSecret('env:KEY', dir, {})).toThrow(/env:KEY: there is no value/);
    expect(() => resolveSecret('file:none.pem', dir, {})).toThrow(/file:none\.pem: the file cannot be read/);
  });
});
