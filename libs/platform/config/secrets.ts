import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../error-code.js';
import { registerSecret } from '../log/scrub.js';
import { ConfigError } from './config-error.js';

const REFERENCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/** Where a secret is kept: `env:NAME`, or `file:PATH` (relative to the configuration's directory). */
export const SecretReferenceSchema = z
  .string()
  .regex(REFERENCE, 'must say where the secret is (env:NAME or file:PATH), never the secret itself');

export type SecretReference = z.infer<typeof SecretReferenceSchema>;

const unresolved = (reference: SecretReference, message: string): ConfigError =>
  new ConfigError([{ source: reference, path: '', message }]);

function readSecretFile(reference: SecretReference, configDir: string): string {
  const path = resolve(configDir, reference.slice('file:'.length));
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw unresolved(reference, `the file cannot be read (${errorCode(error)})`);
  }
}

/**
 * The secret itself, without surrounding white space. It is masked in every log line from then on.
 * @throws ConfigError naming the reference when there is nothing behind it
 */
export function resolveSecret(
  reference: SecretReference,
  configDir: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const secret = reference.startsWith('env:')
    ? (env[reference.slice('env:'.length)] ?? '').trim()
    : readSecretFile(reference, configDir);
  if (secret === '') throw unresolved(reference, 'there is no value behind this reference');
  registerSecret(secret);
  return secret;
}
