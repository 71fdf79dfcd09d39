import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Agent, get, type RequestOptions } from 'node:https';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Stack, startStack } from '../support/stack.js';

const SCHEME = 'mojaloop-sn';
const TRIES = 20;

/** Made for tests alone: one signs itself for the door, the other for the partner. */
const path = (name: string): string => resolve(`libs/partner-kit/http/fixtures/${name}.pem`);
const pem = (name: string): string => readFileSync(path(name), 'utf8');

describe('a door that asks for a certificate', () => {
  let stack: Stack;

  beforeAll(async () => {
    const tls = {
      certificate: `file:${path('server')}`,
      key: `file:${path('server.key')}`,
      clientAuthority: `file:${path('client')}`,
    };
    stack = await startStack({
      only: [SCHEME, 'core-banking'],
      ...{ apis: 2, workers: 0 },
      settings: { log: { level: 'info' } },
      partners: { [SCHEME]: { inbound: { tls } } },
    });
  }, 60_000);
  afterAll(() => stack.stop());

  /** Over a connection of its own each: any of the processes may take it. */
  const ask = async (options: RequestOptions): Promise<{ status: number | undefined; body: string }> => {
    const { port } = new URL(stack.inboundUrl);
    const agent = new Agent({ keepAlive: false });
    const {
      promise,
      resolve: answer,
      reject,
    } = Promise.withResolvers<{ status: number | undefined; body: string }>();
    get({ host: '127.0.0.1', port, path: '/', ca: pem('server'), agent, ...options }, (response) => {
      text(response).then((body) => {
        answer({ status: response.statusCode, body });
      }, reject);
    }).on('error', reject);
    return promise;
  };

  it('answers whom the authority vouches for, at each process', async () => {
    for (let tries = 0; tries < TRIES; tries += 1)
      expect(await ask({ cert: pem('client'), key: pem('client.key') })).toMatchObject({ status: 200 });
  });

  it.each([
    ['nobody', {}],
    ['a stranger', { cert: pem('server'), key: pem('server.key') }],
  ])('says no word to %s', async (_who, options) => {
    for (let tries = 0; tries < TRIES; tries += 1)
      await expect(ask(options)).rejects.toThrow(/alert|ECONNRESET|EPIPE|socket hang up/);
    expect(stack.logs()).toContain('shows no certificate of the partner');
    expect(stack.logs()).not.toContain('PRIVATE KEY');
  });

  it('is among what comes to its end', async () => {
    const { body } = await stack.client.get<object>(`/v1/partners/${SCHEME}`);
    expect(body).toMatchObject({
      door: { host: '127.0.0.1', tls: true },
      certificates: [{ name: 'inboundCertificate' }, { name: 'inboundAuthority' }],
    });
  });
});
