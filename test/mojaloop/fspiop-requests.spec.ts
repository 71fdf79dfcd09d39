import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FspiopScheme, OUR_FSP, startFspiopScheme } from './support/fspiop-scheme.js';
import { quote } from './support/incoming.js';

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('what the toolkit asks as a payer’s institution', () => {
  let scheme: FspiopScheme;
  const heard: Heard[] = [];
  const running = new AsyncDisposableStack();

  beforeAll(async () => {
    scheme = await startFspiopScheme({ withCollections: true });
    running.defer(() => scheme.stop());
    const listener = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url: path = '', headers } = request;
        heard.push({ method, path, headers, body });
        response.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    running.defer(() => void listener.close());
    await once(listener, 'listening');
    scheme.leadTo('', `http://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  }, 300_000);
  afterAll(() => running.disposeAsync());

  it('comes through our door with its certificate, and signed, the date too', async () => {
    const payee = { idType: 'MSISDN', idValue: '254712000345' };
    await quote({ payee, payeeFsp: OUR_FSP, url: scheme.doorUrl });
    expect([...scheme.door.guests]).toEqual(['hub.client']);
    const [request] = heard;
    expect(request).toMatchObject({ method: 'POST', path: '/quotes' });
    const { headers, body } = request as Heard;
    const { signature, protectedHeader } = JSON.parse(String(headers['fspiop-signature'])) as Record<
      'signature' | 'protectedHeader',
      string
    >;
    const input = Buffer.from(`${protectedHeader}.${Buffer.from(body).toString('base64url')}`);
    const key = createPublicKey(scheme.certificates.hub.signing.publicKey);
    expect(verify('sha256', input, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(protectedHeader, 'base64url').toString())).toEqual({
      alg: 'RS256',
      'FSPIOP-URI': '/quotes',
      'FSPIOP-HTTP-Method': 'POST',
      'FSPIOP-Source': 'testingtoolkitdfsp',
      'FSPIOP-Destination': OUR_FSP,
      Date: headers.date,
    });
  });
});
