import { describe, expect, it } from '@jest/globals';
import { maskBody, masked, maskHeaders, maskPath, maskText } from './timeline-mask.js';

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
    expect(maskText('/oauth?api-key=hush')).toBe('/oauth?api-key=***');
    expect(maskText('{"body":"{\\"token\\":\\"hush\\"}"}')).toBe('{"body":"{\\"token\\":\\"***\\"}"}');
  });

  it('takes out what is encoded, also inside of a string, and is not misled by what a partner says', () => {
    const packet = 'AYIB'.repeat(40);
    expect(masked({ ilpPacket: packet, body: JSON.stringify({ ilpPacket: packet }) })).toEqual({
      ilpPacket: '***',
      body: '{"ilpPacket":"***"}',
    });
    const told = { partner: { message: 'x&token=1' }, is: 'declined' };
    expect(masked(told)).toEqual({ ...told, partner: { message: 'x&token=***' } });
  });

  it('comes to an end with what is made to hold it up', () => {
    for (const piece of ['tokentoken', '"token', '\\"pin', 'token=', '&a'])
      expect(maskText(`"${piece.repeat(6_000)}`).length).toBeGreaterThan(0);
  });

  it('shows a body that is text, and says where it is none or too long', () => {
    expect(maskBody(Buffer.from('{"TransID":"SKL0A1B2C3"'))).toEqual({
      text: '{"TransID":"SKL0A1B2C3"',
      cut: false,
    });
    const body = '{"name":"Awa Ndiaye","party":{"idType":"IBAN","idValue":"SN08SN0100152000048500003035"}}';
    expect(maskBody(Buffer.from(body)).text).toBe('{"name":"***","party":{"idType":"IBAN","idValue":"***"}}');
    const long = `${' '.repeat(16_300)}{"ilpPacket":"${'AYIB'.repeat(100)}"}`;
    expect(maskBody(Buffer.from(long)).text).not.toContain('AYIB');
    expect(maskBody(Buffer.from([0xff, 0xfe, 0x00])).text).toBeNull();
    expect(maskBody(Buffer.from('é'.repeat(20_000)))).toMatchObject({
      cut: true,
      text: expect.stringMatching(/^é+/),
    });
    const { text } = maskBody(Buffer.from(`x${'😀'.repeat(16_383)}!!`));
    expect(text).toBe(`x${'😀'.repeat(16_383)}`);
  });

  it('shows who speaks to whom in headers and paths, and no credential', () => {
    const headers = {
      'fspiop-source': 'bank-a',
      'fspiop-uri': '/parties/IBAN/SN08SN01001520',
      'x-hmac': 'proof',
    };
    expect(maskHeaders(headers)).toEqual({
      'fspiop-source': 'bank-a',
      'fspiop-uri': '/parties/IBAN/SN***',
      'x-hmac': '***',
    });
    expect(maskPath('parties/MSISDN/221770000142')).toBe('parties/MSISDN/2217*****142');
  });
});
