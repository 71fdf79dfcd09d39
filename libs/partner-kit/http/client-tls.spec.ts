import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotReached } from '../port/errors.js';
import { type ClientTls } from './partner-http.js';
import { createPartnerHttp } from './undici-http.js';

/** Made for this test alone, for a hundred years; nobody else trusts them. */
const pem = (name: string): string => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');
const ours: ClientTls = { certificate: pem('client'), key: pem('client.key'), authority: pem('server') };

describe('a partner that asks who we are', () => {
  let server: Server;
  let seen: string[];

  beforeAll(async () => {
    const options = { cert: pem('server'), key: pem('server.key'), ca: pem('client'), requestCert: true };
    server = createServer(options, (request, response) => {
      seen.push(request.url ?? '');
      response.end('welcome');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const send = async (tls: ClientTls) => {
    seen = [];
    const { port } = server.address() as AddressInfo;
    const http = createPartnerHttp({ baseUrl: `https://127.0.0.1:${port}`, tls });
    try {
      return await http.send({ method: 'GET', path: '/', route: '/' });
    } finally {
      await http.close();
    }
  };

  it('is shown our certificate, and has to show the one that we were told of', async () => {
    expect(await send(ours)).toMatchObject({ status: 200, text: 'welcome' });
  });

  it('does not hear a word where we have no certificate', async () => {
    // Our side of the handshake is over before its no arrives: nobody can tell what it has read.
    await expect(send({ authority: ours.authority })).rejects.toThrow(/no answer|not reached/);
    expect(seen).toEqual([]);
  });

  it('is not spoken to where nobody whom we trust vouches for it', async () => {
    const { authority: _, ...trusting } = ours;
    await expect(send(trusting)).rejects.toThrow(NotReached);
    expect(seen).toEqual([]);
  });
});
