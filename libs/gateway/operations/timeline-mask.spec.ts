import { describe, expect, it } from '@jest/globals';
import { maskBody, masked, maskText } from './timeline-mask.js';

describe('the mask of a timeline', () => {
  it('shortens telephone numbers, in text and in numbers, and stays JSON', () => {
    expect(masked({ MSISDN: '254712000345', PhoneNumber: 254712000345, list: [254712000345] })).toEqual({
      MSISDN: '2547*****345',
      PhoneNumber: '2547*****345',
      list: ['2547*****345'],
    });
  });

  it('leaves amounts, times and ids readable', () => {
    const value = {
      amount: { value: '150000000', currency: 'XOF' },
      at: '2026-11-20T09:00:00.000Z',
      id: '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
    };
    expect(masked(value)).toEqual(value);
  });

  it('takes out what is named like a secret', () => {
    expect(masked({ accessToken: 'abc', PIN: 1234, shipping: 'Dakar', pass: 'x', Password: 'x"y' })).toEqual({
      accessToken: '***',
      PIN: '***',
      shipping: 'Dakar',
      pass: 'x',
      Password: '***',
    });
    expect(maskText('a=1&client_secret=hush&b=2')).toBe('a=1&client_secret=***&b=2');
  });

  it('shows a body that is text, and says where it is none or too long', () => {
    expect(maskBody(Buffer.from('{"TransID":"SKL0A1B2C3"'))).toEqual({
      text: '{"TransID":"SKL0A1B2C3"',
      cut: false,
    });
    expect(maskBody(Buffer.from([0xff, 0xfe, 0x00])).text).toBeNull();
    expect(maskBody(Buffer.from('é'.repeat(10_000)))).toMatchObject({
      cut: true,
      text: expect.stringMatching(/^é+/),
    });
  });
});
