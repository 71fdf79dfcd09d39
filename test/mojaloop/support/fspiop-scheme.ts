import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../apps/standalone/src/ports.js';
import { type Exchanged, exchangeCertificates, type Identity } from './certificates.js';
import { startConnectionManager, TOOLKIT_FSP, writeHubSecrets } from './connection-manager.js';
import { openTamperingWay, type TamperingWay } from './tampering.js';
import { TlsDoor } from './tls-door.js';
import { type SeenRequest, startToolkit, takenRequests } from './toolkit.js';

export const OUR_FSP = 'banque-demo';
/** The switch's own id: the same program under another name than the payer's institution. */
export const SWITCH_ID = 'the-switch';
export const CALLBACK_KEY = 'where-the-toolkit-calls-back';

/**
 * A scheme without a scheme adapter: the Testing Toolkit as the switch, with signatures and mutual TLS both ways. Its TLS
 * towards us is its own. Its callbacks come to a door in front of the gateway, as behind a proxy in production; what it asks
 * comes to the gateway's own.
 */
export interface FspiopScheme {
  /** Of the switch, by the way on which messages can be changed. */
  readonly url: string;
  readonly way: TamperingWay;
  /** Where the switch calls back. */
  readonly door: TlsDoor;
  readonly doorUrl: string;
  /** Where the switch asks us: a way on which messages can be changed, to a port where the gateway is to listen. */
  readonly inward: TamperingWay & { readonly url: string; readonly leadsTo: number };
  readonly certificates: Exchanged;
  /** Callbacks that come through the door go on to that address. */
  leadTo(callbacksUrl: string): void;
  /** What the toolkit took, in order: not what it turned away at its door. */
  requests(): Promise<readonly SeenRequest[]>;
  stop(): Promise<void>;
}

interface FspiopSchemeOptions {
  /**
   * With collections the toolkit asks us on its own. For them it knows no institution's certificates (it looks for those
   * of `null`), but one for a host, and then does not look at the server's.
   */
  readonly withCollections?: boolean;
  /** False: as the scheme adapter has it by default, the answer to a lookup is neither signed nor verified. */
  readonly signsParties?: boolean;
}

export async function startFspiopScheme({
  withCollections = false,
  signsParties = true,
}: FspiopSchemeOptions = {}): Promise<FspiopScheme> {
  await using undo = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-fspiop-'));
  undo.defer(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const certificates = await exchangeCertificates(directory);
  const { ours, hub } = certificates;
  const manager = await startConnectionManager(OUR_FSP, certificates);
  undo.defer(() => manager.close());
  writeHubSecrets(directory, certificates);

  let callbacksUrl = '';
  const keys = { server: ours.server, authority: ours.authority };
  const door = new TlsDoor({ ...keys, onward: () => callbacksUrl });
  const host = `127.0.0.1:${await door.listen()}`;
  undo.defer(() => door.close());
  const [port, leadsTo] = await Promise.all([freePort(), freePort()]);
  const inward = await openTamperingWay(leadsTo, {
    ...keys,
    client: { ...hub.client, authority: ours.authority },
  });
  undo.defer(() => inward.close());
  const inwardHost = `127.0.0.1:${inward.port}`;

  const toolkit = await startToolkit(directory, port, `https://${host}/callbacks/${CALLBACK_KEY}`, {
    system: {
      INBOUND_MUTUAL_TLS_ENABLED: true,
      OUTBOUND_MUTUAL_TLS_ENABLED: !withCollections,
      CONNECTION_MANAGER: { ENABLED: true, API_URL: manager.url, AUTH_ENABLED: false },
    },
    user: {
      DEFAULT_USER_FSPID: OUR_FSP,
      // Who says how transfers to us have ended. What we pay goes to the institution that the rules name.
      FSPID: withCollections ? SWITCH_ID : TOOLKIT_FSP,
      JWS_SIGN: true,
      JWS_SIGN_PUT_PARTIES: signsParties,
      VALIDATE_INBOUND_JWS: true,
      VALIDATE_INBOUND_PUT_PARTIES_JWS: signsParties,
      CLIENT_MUTUAL_TLS_ENABLED: withCollections,
      CLIENT_TLS_CREDS: [host, inwardHost].map((HOST) => ({
        ...{ HOST, CERT: hub.client.certificate, KEY: hub.client.key },
      })),
    },
    isReady: () => answersHttps(port, hub.authority, ours.client),
  });
  undo.defer(() => toolkit.kill());
  const way = await openTamperingWay(port, {
    server: hub.server,
    authority: hub.authority,
    client: { ...ours.client, authority: hub.authority },
  });
  undo.defer(() => way.close());
  const started = undo.move();
  return {
    ...{ url: `https://127.0.0.1:${way.port}`, way, door, doorUrl: `https://${host}`, certificates },
    inward: { ...inward, url: `https://${inwardHost}`, leadsTo },
    leadTo: (url) => (callbacksUrl = url),
    requests: takenRequests,
    stop: () => started.disposeAsync(),
  };
}

/** The status of an answer over TLS. @throws where there is none */
export const callOverTls = (
  url: string,
  authority: string,
  client: Identity | null,
  method = 'GET',
): Promise<number> =>
  new Promise((resolve, reject) => {
    const shown = client ? { cert: client.certificate, key: client.key } : {};
    request(url, { method, ca: authority, agent: false, ...shown }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });

const answersHttps = async (port: number, authority: string, client: Identity): Promise<boolean> => {
  try {
    return (await callOverTls(`https://127.0.0.1:${port}/`, authority, client)) > 0;
  } catch {
    return false;
  }
};
