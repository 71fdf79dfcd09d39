import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { certificatesOf } from './certificates.js';

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
});
