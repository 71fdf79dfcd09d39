import { ConfigError, resolveSecret } from '#platform';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { exportJWK } from 'jose';
import { type Config } from '../config.js';
import { type JwksDto } from './token.dto.js';

export type SigningAlgorithm = 'EdDSA' | 'ES256';

/** One of our keys: the first of the configuration signs, all of them verify. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function algorithmOf(key: KeyObject): SigningAlgorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return isP256 ? 'ES256' : null;
}

const wrong = (place: number, message: string): ConfigError =>
  new ConfigError([{ source: 'auth', path: `signingKeys.${place}.privateKey`, message }]);

function read(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

/** @throws ConfigError where a key cannot be used, or there is neither a key nor a trusted issuer */
export function readSigningKeys({
  auth,
  configDir,
}: Pick<Config, 'auth' | 'configDir'>): readonly SigningKey[] {
  if (auth.signingKeys.length === 0 && !auth.trustedIssuer) {
    const message = 'at least one key is needed to issue tokens, or a trustedIssuer that does';
    throw new ConfigError([{ source: 'auth', path: 'signingKeys', message }]);
  }
  return auth.signingKeys.map(({ kid, privateKey: reference }, place) => {
    const privateKey = read(resolveSecret(reference, configDir));
    if (!privateKey) throw wrong(place, 'is not a private key in PEM');
    const algorithm = algorithmOf(privateKey);
    if (!algorithm) throw wrong(place, 'must be an Ed25519 or a P-256 key');
    return { kid, algorithm, privateKey, publicKey: createPublicKey(privateKey) };
  });
}

/** The public halves, for `/.well-known/jwks.json`. */
export async function toJwks(keys: readonly SigningKey[]): Promise<JwksDto> {
  const jwks = keys.map(async ({ kid, algorithm, publicKey }) => {
    const jwk = await exportJWK(publicKey);
    return { ...jwk, kty: jwk.kty ?? '', kid, alg: algorithm, use: 'sig' };
  });
  return { keys: await Promise.all(jwks) };
}
