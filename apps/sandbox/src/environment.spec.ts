import { createPublicKey, createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readSandboxConfig } from './config.js';
import { sandboxEnvironment } from './environment.js';
import { startSandbox } from './sandbox.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the shared environment', () => {
  it('is made once, for its owner only, and is the same ever after', async () => {
    const file = join(directory, 'state', 'sandbox.json');
    const made = await sandboxEnvironment(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await sandboxEnvironment(file)).toEqual(made);
    expect(made['WAVE_SN_API_KEY']).toMatch(/^wave_sn_prod_sim_signed_[A-Za-z0-9]{32}$/);
    expect(made['CORE_BANKING_API_KEY']).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(made['MPESA_KE_CALLBACK_KEY']).toMatch(/^[0-9a-f]{64}$/);
    const opened = createPublicKey(createPrivateKey(made['MPESA_KE_SANDBOX_PRIVATE_KEY'] ?? ''));
    expect(opened.export({ type: 'spki', format: 'pem' })).toBe(made['MPESA_KE_CERTIFICATE']);
  });

  it('gains the names that an older file lacks and keeps the rest', async () => {
    const file = join(directory, 'older.json');
    await writeFile(file, JSON.stringify({ WAVE_SN_API_KEY: 'kept' }));
    const made = await sandboxEnvironment(file);
    expect(made['WAVE_SN_API_KEY']).toBe('kept');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(made);
  });

  it('gains the institutions that an older file has no key of, and keeps the keys that it has', async () => {
    const file = join(directory, 'fewer.json');
    const { MOJALOOP_FSPIOP_SN_PEER_KEYS: all = '', ...rest } = await sandboxEnvironment(file);
    const keys = z.record(z.string(), z.string()).parse(JSON.parse(all));
    const fewer = JSON.stringify({ switch: keys['switch'] });
    await writeFile(file, JSON.stringify({ ...rest, MOJALOOP_FSPIOP_SN_PEER_KEYS: fewer }));
    const made = await sandboxEnvironment(file);
    expect(JSON.parse(made['MOJALOOP_FSPIOP_SN_PEER_KEYS'] ?? '')).toEqual(keys);
    expect(Object.keys(keys)).toEqual(['switch', 'payee-demo', 'payer-demo']);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(made);
  });

  it('says which file is unreadable', async () => {
    const file = join(directory, 'broken.json');
    await writeFile(file, '{');
    await expect(sandboxEnvironment(file)).rejects.toThrow(file);
  });
});

describe('the configuration', () => {
  const written = async (yaml: string) => {
    await writeFile(join(directory, 'sandbox.yaml'), yaml);
    return (environment: Record<string, string> = {}) =>
      readSandboxConfig({ PASSERELLE_CONFIG_DIR: directory, ...environment });
  };
  const wave = 'partners: { w: { operator: wave, settings: { apiKey: env:KEY_OF_W, webhooks: [] } } }';

  it('takes values out of the environment, and host and port from it', async () => {
    const read = await written(wave);
    expect(await read({ KEY_OF_W: 'k', SANDBOX_PORT: '0', SANDBOX_HOST: '127.0.0.2' })).toEqual({
      host: '127.0.0.2',
      port: 0,
      partners: { w: { operator: 'wave', settings: { apiKey: 'k', webhooks: [] } } },
    });
  });

  it('names the key of a variable that is missing', async () => {
    const read = await written(wave);
    await expect(read()).rejects.toThrow('partners.w.settings.apiKey: KEY_OF_W is not set');
  });

  it('names wrong keys and a wrong port', async () => {
    const wrong = await written('prot: 4000\npartners: {}');
    await expect(wrong()).rejects.toThrow('prot');
    const read = await written('partners: {}');
    await expect(read({ SANDBOX_PORT: 'many' })).rejects.toThrow('SANDBOX_PORT');
  });

  it('refuses an operator without a simulator and settings that its simulator does not know', async () => {
    const sandboxOf = (operator: string, settings: unknown) =>
      startSandbox({ host: '127.0.0.1', port: 0, partners: { p: { operator, settings } } });
    await expect(sandboxOf('pigeon', {})).rejects.toThrow('partners.p.operator: no simulator for "pigeon"');
    await expect(sandboxOf('wave', { colour: 'red' })).rejects.toThrow(/partners\.p\.settings[^]*colour/);
  });
});
