import { describe, expect, it } from '@jest/globals';
import { from } from './fixtures/stage.js';
import { MojaloopSecrets, MojaloopSettings } from './mojaloop.settings.js';

const baseUrl = 'http://sdk.example:4001';
const complaints = (settings: object) =>
  MojaloopSettings.safeParse({ baseUrl, from, ...settings }).error?.issues.map(({ path, message }) =>
    `${path.join('.')}: ${message}`.slice(0, 60),
  ) ?? [];

describe('the settings of a scheme', () => {
  it('need an address and ourselves, and know the rest', () => {
    expect(MojaloopSettings.parse({ baseUrl, from })).toMatchObject({
      country: 'SN',
      currency: 'XOF',
      amountType: 'SEND',
      autoAccept: 'off',
      from: { ...from, type: 'BUSINESS' },
      confirmWithinMs: 600_000,
      idTypes: ['MSISDN', 'IBAN', 'ACCOUNT_ID', 'ACCOUNT_NO', 'ALIAS', 'BUSINESS'],
      compatibility: 'off',
      limits: { least: '1', most: '10000000' },
    });
  });

  it('ask nobody to pay without an account, and know the rest with one', () => {
    expect(MojaloopSettings.parse({ baseUrl, from }).collectInto).toBeUndefined();
    const collectInto = { idType: 'MSISDN', idValue: '221770000042' };
    expect(MojaloopSettings.parse({ baseUrl, from, collectInto })).toMatchObject({
      collectInto: { ...collectInto, type: 'BUSINESS' },
      requestToPay: { release: '24.19', payerIs: 'to', scenario: 'TRANSFER', openForMs: 600_000 },
    });
  });

  it('take the currency of the country, unless told otherwise', () => {
    expect(MojaloopSettings.parse({ baseUrl, from, country: 'ZM' }).currency).toBe('ZMW');
    expect(MojaloopSettings.parse({ baseUrl, from, country: 'ZM', currency: 'USD' }).currency).toBe('USD');
  });

  it.each([
    ['an unknown key', { token: 'x' }],
    ['quotes that accept themselves', { autoAccept: 'quotes' }],
    ['an institution without a name at the scheme', { from: { ...from, fspId: '' } }],
    ['a name with accents', { from: { ...from, displayName: 'Société' } }],
    ['an identifier that ends a path', { from: { ...from, idValue: 'SN/1' } }],
    ['a currency that the scheme adapter does not take', { currency: 'SLE' }],
    ['more decimals than the currency has', { limits: { least: '0.5' } }],
    ['a least above the most', { limits: { least: '10', most: '9' } }],
    ['an address that is none', { baseUrl: 'sdk:4001' }],
    ['an account that is no account of ours', { collectInto: { idType: 'EMAIL', idValue: 'a@b.sn' } }],
    ['a number with a plus', { collectInto: { idType: 'MSISDN', idValue: '+221770000042' } }],
    ['a type of name that nobody is looked up by', { idTypes: ['EMAIL'] }],
    ['no type at all', { idTypes: [] }],
    ['one type twice', { idTypes: ['IBAN', 'IBAN'] }],
    [
      'an account to pay into that is refused at the door',
      { idTypes: ['MSISDN'], collectInto: { idType: 'BUSINESS', idValue: '4711' } },
    ],
    ['a release that nobody has', { requestToPay: { release: '17' } }],
  ])('refuse %s', (_what, settings) => {
    expect(complaints(settings)).not.toEqual([]);
  });

  it('hold no secret, since the scheme adapter asks for none', () => {
    expect(MojaloopSecrets.safeParse({}).success).toBe(true);
    expect(MojaloopSecrets.safeParse({ apiKey: 'x' }).success).toBe(false);
  });
});
