import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Exchanged } from './certificates.js';

export interface ConnectionManager {
  readonly url: string;
  close(): Promise<void>;
}

/** The toolkit's own name at the scheme. */
export const TOOLKIT_FSP = 'testingtoolkitdfsp';

/**
 * The Connection Manager of the hub, of which the toolkit takes everybody's certificates and keys: it has no other source.
 * Here it answers as it does once participant and hub have exchanged theirs, and nothing changes any more.
 */
export async function startConnectionManager(
  fspId: string,
  { ours, hub }: Exchanged,
): Promise<ConnectionManager> {
  const environment = '/api/environments/1';
  const participant = `${environment}/dfsps/${fspId}`;
  const keyOf = (publicKey: string) => ({
    ...{ id: 1, rootCertificate: null, intermediateChain: null },
    jwsCertificate: publicKey,
  });
  const answers: Readonly<Record<string, unknown>> = {
    '/api/environments': [{ id: 1, name: 'TESTING-TOOLKIT' }],
    [`${environment}/dfsps`]: [{ id: TOOLKIT_FSP }, { id: fspId }],
    [`${environment}/dfsps/${TOOLKIT_FSP}/jwscerts`]: keyOf(hub.signing.publicKey),
    [`${participant}/jwscerts`]: keyOf(ours.signing.publicKey),
    [`${environment}/ca/rootCert`]: { certificate: hub.authority },
    [`${environment}/hub/servercerts`]: {
      rootCertificate: hub.authority,
      intermediateChain: null,
      serverCertificate: hub.server.certificate,
    },
    [`${participant}/ca`]: { rootCertificate: ours.authority, validationState: 'VALID' },
    [`${participant}/enrollments/inbound`]: [],
    [`${participant}/enrollments/outbound`]: [
      { validationState: 'VALID', state: 'CERT_SIGNED', certificate: hub.client.certificate },
    ],
    [`${participant}/servercerts`]: {
      rootCertificate: ours.authority,
      intermediateChain: null,
      serverCertificate: ours.server.certificate,
      validationState: 'VALID',
    },
  };
  const server = createServer(({ method, url = '' }, response) => {
    const answer = method === 'GET' ? answers[url] : undefined;
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What the toolkit keeps to itself, where it looks for it. */
export function writeHubSecrets(directory: string, { hub }: Exchanged): void {
  const secrets = join(directory, 'secrets');
  mkdirSync(join(secrets, 'tls'), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    'privatekey.pem': hub.signing.privateKey,
    'publickey.cer': hub.signing.publicKey,
    'tls/hub_server_cacert.pem': hub.authority,
    'tls/hub_server_cert.pem': hub.server.certificate,
    'tls/hub_server_key.key': hub.server.key,
    'tls/hub_client_key.key': hub.client.key,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(secrets, name), content);
}
