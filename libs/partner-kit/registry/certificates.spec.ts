import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { certificatesOf } from './certificates.js';
import { checkDoor } from './check-configuration.js';

const pem = (name: string): string =>
  readFileSync(new URL(`../http/fixtures/${name}.pem`, import.meta.url), 'utf8');

describe('the certificates of a partner', () => {
  it('are those that are given, each with its end', () => {
    expect(certificatesOf({ certificate: pem('client'), authority: pem('server') })).toEqual([
      { name: 'certificate', expiresAt: new Date('2126-10-28T16:02:37Z') },
      { name: 'authority', expiresAt: expect.any(Date) },
    ]);
    expect(certificatesOf({})).toEqual([]);
  });

  it('are of a chain the one that ends first', () => {
    const chain = `${pem('client')}${pem('server')}`;
    const [first] = certificatesOf({ certificate: chain });
    const ends = [pem('client'), pem('server')].flatMap((one) => certificatesOf({ certificate: one }));
    expect(first?.expiresAt).toEqual(ends.map(({ expiresAt }) => expiresAt).sort((a, b) => +a - +b)[0]);
  });

  it('are those of its own door as well', () => {
    const door = { certificate: pem('server'), key: pem('server.key'), clientAuthority: pem('client') };
    expect(certificatesOf({}, door).map(({ name }) => name)).toEqual([
      'inboundCertificate',
      'inboundAuthority',
    ]);
  });
});

describe('a door', () => {
  const door = { certificate: pem('server'), key: pem('server.key'), clientAuthority: pem('client') };
  const complaints = (more: object): string[] => {
    const heard: string[] = [];
    const opens = checkDoor({ ...door, ...more }, (path, message) => heard.push(`${path}: ${message}`));
    expect(opens).toBe(heard.length === 0);
    return heard;
  };

  it('opens with a certificate, its key and an authority', () => {
    expect(complaints({})).toEqual([]);
    expect(complaints({ certificate: `${pem('server')}${pem('client')}` })).toEqual([]);
  });

  it.each([
    ['no certificate', { certificate: 'a secret' }, ['inbound.tls.certificate: is no certificate in PEM']],
    [
      'half a certificate',
      { certificate: pem('server').replace(/^MII/m, 'XXX') },
      ['inbound.tls.certificate: is no certificate in PEM'],
    ],
    ['no key', { key: pem('client') }, ['inbound.tls.key: is no private key in PEM']],
    ['another key', { key: pem('client.key') }, ['inbound.tls.key: is not the key of the certificate']],
    [
      'no authority',
      { clientAuthority: pem('client.key') },
      ['inbound.tls.clientAuthority: is no certificate in PEM'],
    ],
  ])('does not open with %s, and says which field it is', (_what, more, said) => {
    expect(complaints(more)).toEqual(said);
  });
});
