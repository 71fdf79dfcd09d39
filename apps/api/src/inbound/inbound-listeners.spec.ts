import { type InboundDesk, type PartnerGates } from '#gateway';
import { type CallbackStrength, type PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { type Config } from '../config.js';
import { InboundListeners } from './inbound-listeners.js';

const pem = (name: string): string =>
  readFileSync(new URL(`../../../../libs/partner-kit/http/fixtures/${name}.pem`, import.meta.url), 'utf8');
const tls = { certificate: pem('server'), key: pem('server.key'), clientAuthority: pem('client') };

/** Opens the door of one partner and closes it; what was warned of. */
async function warningsOf(strength: CallbackStrength, more: object): Promise<readonly unknown[]> {
  const inbound = { host: '127.0.0.1', port: 0, ...more };
  const partner = { id: 'scheme-sn', adapter: { callbacks: { strength } }, inbound };
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const listeners = new InboundListeners(
    { drain: () => Promise.resolve() } as unknown as InboundDesk,
    { get: () => partner } as unknown as PartnerRegistry,
    new SystemClock(),
    {} as PartnerGates,
    { partners: [partner], api: { requestTimeoutMs: 1_000 }, log: { level: 'silent' } } as unknown as Config,
  );
  await listeners.open();
  await listeners.stop(1_000);
  return warn.mock.calls.map((call: readonly unknown[]) => call[0]);
}

describe('a door that opens', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is warned of where nothing proves who comes in', async () => {
    expect(await warningsOf('mutual_tls', {})).toEqual([
      { partner: 'scheme-sn', setting: 'inbound.tls', host: '127.0.0.1', port: 0 },
    ]);
  });

  it.each([
    ['asks for a certificate', 'mutual_tls', { tls }],
    ['is of a partner that signs', 'signature', {}],
    ['is a private one by its nature', 'private_listener', {}],
  ] as const)('is not warned of where it %s', async (_which, strength, more) => {
    expect(await warningsOf(strength, more)).toEqual([]);
  });
});
