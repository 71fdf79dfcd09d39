import { describe, expect, it } from '@jest/globals';
import { readBasic } from './basic-credentials.js';

const encoded = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('HTTP Basic', () => {
  it('holds a client id and a secret, which may have colons and be form-encoded', () => {
    expect(readBasic(encoded('till:a:b'))).toEqual({ clientId: 'till', clientSecret: 'a:b' });
    expect(readBasic(encoded('till:a%3Ab'))).toEqual({ clientId: 'till', clientSecret: 'a:b' });
    expect(readBasic(encoded('till:100%'))).toEqual({ clientId: 'till', clientSecret: '100%' });
  });

  it.each([undefined, '', 'Bearer x', 'Basic', 'Basic ???', encoded('nocolon'), encoded(':secret')])(
    'is not "%s"',
    (header) => {
      expect(readBasic(header)).toBeNull();
    },
  );
});
