import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const State = z.record(z.string(), z.string());
const PEER_KEYS = 'MOJALOOP_FSPIOP_SN_PEER_KEYS';
const SCHEME_KEY = 'MOJALOOP_FSPIOP_SN_SANDBOX_PRIVATE_KEY';

/** The switch, and the institutions behind it: one simulator, and so one pair of keys. */
const PEERS = ['switch', 'payee-demo', 'payer-demo'];

/**
 * The values that the gateway and the simulated partners must share, by environment name: keys, secrets, the
 * pair that seals the initiator's password. Made at random on the first call, kept in `stateFile` (mode 0600),
 * the same ever after; names that the file does not know yet are added to it, and so are institutions that its keys lack.
 */
export async function sandboxEnvironment(stateFile: string): Promise<Record<string, string>> {
  const known = await readState(stateFile);
  const made = { ...freshValues(known), ...known };
  const complete = { ...made, [PEER_KEYS]: peerKeysOf(made) };
  if (!isDeepStrictEqual(complete, known)) await writeState(stateFile, complete);
  return complete;
}

async function readState(stateFile: string): Promise<Record<string, string>> {
  try {
    return State.parse(JSON.parse(await readFile(stateFile, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${stateFile} is unreadable: delete it to start with fresh values`, { cause: error });
  }
}

/** Written beside and renamed: a crash leaves either the old file or the new one. */
async function writeState(stateFile: string, values: Record<string, string>): Promise<void> {
  await mkdir(dirname(stateFile), { recursive: true });
  const beside = `${stateFile}.${process.pid}.new`;
  await writeFile(beside, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, stateFile);
}

function freshValues(known: Record<string, string>): Record<string, string> {
  return {
    MPESA_KE_CONSUMER_KEY: token(36),
    MPESA_KE_CONSUMER_SECRET: token(48),
    MPESA_KE_PASSKEY: randomBytes(32).toString('hex'),
    MPESA_KE_INITIATOR_PASSWORD: token(16),
    MPESA_KE_CALLBACK_KEY: callbackKey(),
    WAVE_SN_API_KEY: `wave_sn_prod_sim_signed_${token(32)}`,
    WAVE_SN_SIGNING_SECRET: `wave_sn_AKS_${token(40)}`,
    WAVE_SN_WEBHOOK_SECRET: `wave_sn_WHS_${token(40)}`,
    WAVE_SN_CALLBACK_KEY: callbackKey(),
    MOJALOOP_SN_CALLBACK_KEY: callbackKey(),
    CORE_BANKING_API_KEY: token(40),
    CORE_BANKING_CALLBACK_KEY: callbackKey(),
    MOJALOOP_FSPIOP_SN_CALLBACK_KEY: callbackKey(),
    MOJALOOP_FSPIOP_SN_CLIENT_ID: 'banque-demo',
    MOJALOOP_FSPIOP_SN_CLIENT_SECRET: token(40),
    MOJALOOP_FSPIOP_SN_ILP_SECRET: token(48),
    ...('MPESA_KE_SANDBOX_PRIVATE_KEY' in known ? {} : initiatorKeys()),
    ...(SCHEME_KEY in known ? {} : schemeKeys()),
  };
}

/** Letters and digits: some clients put such values into headers and URLs unescaped. */
const token = (length: number) =>
  randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length);

/** Hexadecimal cannot spell any of the words that Daraja refuses in a URL. */
const callbackKey = () => randomBytes(32).toString('hex');

const rsaKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

function initiatorKeys() {
  const pair = rsaKeys();
  return { MPESA_KE_CERTIFICATE: pair.publicKey, MPESA_KE_SANDBOX_PRIVATE_KEY: pair.privateKey };
}

/** The bank's pair for its signatures, and the one of the switch and of the institutions behind it. */
function schemeKeys() {
  const [bank, scheme] = [rsaKeys(), rsaKeys()];
  return {
    MOJALOOP_FSPIOP_SN_SIGNING_KEY: bank.privateKey,
    MOJALOOP_FSPIOP_SN_PUBLIC_KEY: bank.publicKey,
    [SCHEME_KEY]: scheme.privateKey,
  };
}

/** By institution: what an older file has, and whoever has joined the scheme since. */
function peerKeysOf({
  [PEER_KEYS]: written = '{}',
  [SCHEME_KEY]: scheme = '',
}: Record<string, string>): string {
  const publicKey = createPublicKey(scheme).export({ type: 'spki', format: 'pem' }).toString();
  const known = State.parse(JSON.parse(written));
  return JSON.stringify({ ...Object.fromEntries(PEERS.map((peer) => [peer, publicKey])), ...known });
}
