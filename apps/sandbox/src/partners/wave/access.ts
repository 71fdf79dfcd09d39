import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { rawBodyOf } from './body.js';
import { WaveRefusal } from './refusal.js';
import { type WaveSettings } from './settings.js';
import { isSigned } from './signature.js';

type Quality = 'full' | 'nocheckout' | 'revoked' | 'signed' | 'disabled';

const demoKeys: readonly (readonly [key: string, quality: Quality])[] = [
  ['wave_sn_prod_sim_ok', 'full'],
  ['wave_sn_prod_sim_nocheckout', 'nocheckout'],
  ['wave_sn_prod_sim_revoked', 'revoked'],
  ['wave_sn_prod_sim_signed', 'signed'],
  ['wave_sn_prod_sim_disabled', 'disabled'],
];
const demoSigningSecret = 'wave_sn_AKS_demo_secret';

/** Lets a request in by its API key, its rights and, for a signing key, its signature. */
export function guardAccess(scope: FastifyInstance, settings: WaveSettings, clock: SandboxClock): void {
  const { apiKey, signingSecret } = settings;
  const keys = new Map<string, Quality>(demoKeys);
  if (apiKey !== undefined) keys.set(apiKey, signingSecret === undefined ? 'full' : 'signed');
  const signing = new WeakSet<FastifyRequest>();

  scope.addHook('onRequest', (request, _reply, done) => {
    const quality = keys.get(presentedKey(request));
    if (quality === undefined) throw new WaveRefusal('no-matching-api-key');
    checkRights(quality, request.routeOptions.url ?? '');
    if (quality === 'signed') signing.add(request);
    done();
  });
  // Only now is the body there, as the bytes that were signed.
  scope.addHook('preHandler', (request, _reply, done) => {
    if (signing.has(request)) checkSignature(request, signingSecret ?? demoSigningSecret, clock);
    done();
  });
}

function presentedKey(request: FastifyRequest): string {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new WaveRefusal('missing-auth-header');
  const [, key] = /^Bearer(?: +(.*))?$/i.exec(authorization.trim()) ?? [];
  if (key !== undefined && key !== '') return key;
  throw new WaveRefusal(/^Bearer$/i.test(authorization.trim()) ? 'api-key-not-provided' : 'invalid-auth');
}

function checkRights(quality: Quality, route: string): void {
  if (quality === 'revoked') throw new WaveRefusal('api-key-revoked');
  if (quality === 'disabled' && !route.endsWith('/v1/balance')) throw new WaveRefusal('disabled-wallet');
  if (quality === 'nocheckout' && route.includes('/v1/checkout/'))
    throw new WaveRefusal('unauthorized-wallet');
}

function checkSignature(request: FastifyRequest, secret: string, clock: SandboxClock): void {
  const header = request.headers['wave-signature'];
  if (header === undefined) throw new WaveRefusal('missing-signature');
  if (!isSigned(String(header), secret, clock.wallNow(), rawBodyOf(request)))
    throw new WaveRefusal('invalid-signature');
}
