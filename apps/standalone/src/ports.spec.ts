import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { CannotStart } from './cannot-start.js';
import { assertPortFree, freePort, urlOf } from './ports.js';

describe('a port', () => {
  it('that is free is free', async () => {
    const port = await freePort();
    await assertPortFree({ host: '127.0.0.1', port, owner: 'the API', setting: 'api.port' });
  });

  it('that is busy gets one sentence with the number and the setting', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    const wanted = assertPortFree({ host: '127.0.0.1', port, owner: 'the API', setting: 'api.port' });
    await expect(wanted).rejects.toThrow(CannotStart);
    await expect(wanted).rejects.toThrow(
      `Port ${port}, which the API needs, is in use, perhaps by another Passerelle: stop it, or set api.port to a free port.`,
    );
    server.close();
  });

  it('of an address that is not ours names the address', async () => {
    const wanted = assertPortFree({ host: '192.0.2.1', port: 3000, owner: 'the API', setting: 'api.port' });
    await expect(wanted).rejects.toThrow('the API cannot listen on 192.0.2.1:3000 (EADDRNOTAVAIL)');
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:80'],
    ['0.0.0.0', 'http://127.0.0.1:80'],
    ['::1', 'http://[::1]:80'],
  ])('of %s is reached at %s', (host, url) => {
    expect(urlOf({ host, port: 80 })).toBe(url);
  });
});
