import { describe, expect, it } from '@jest/globals';
import { CoreBankingSecrets, CoreBankingSettings, limitsOf } from './core-banking.settings.js';

const least = { baseUrl: 'https://core.bank.example/passerelle', country: 'SN', currencies: ['XOF', 'KES'] };
const pathsOf = (more: object) =>
  CoreBankingSettings.safeParse({ ...least, ...more }).error?.issues.map(({ path }) => path.join('.'));

describe('the settings', () => {
  it('need an address, a country and currencies', () => {
    expect(CoreBankingSettings.parse(least)).toEqual({ ...least, limits: {}, timeoutMs: 5_000 });
    expect(CoreBankingSettings.safeParse({}).error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'baseUrl',
      'country',
      'currencies',
    ]);
  });

  it('have limits for every currency', () => {
    const limits = { KES: { least: '0.50', most: 70_000 } };
    expect(limitsOf(CoreBankingSettings.parse({ ...least, limits }))).toEqual([
      { currency: 'XOF', least: '1', most: '10000000', wholeUnits: false },
      { currency: 'KES', least: '0.50', most: '70000', wholeUnits: false },
    ]);
  });

  it.each([
    [{ baseUrl: 'core.bank.example' }, 'baseUrl'],
    [{ baseUrl: 'ftp://core.bank.example' }, 'baseUrl'],
    [{ country: 'Senegal' }, 'country'],
    [{ currencies: [] }, 'currencies'],
    [{ currencies: ['XOF', 'XOF'] }, 'currencies'],
    [{ currencies: ['BTC'] }, 'currencies.0'],
    [{ limits: { UGX: {} } }, 'limits.UGX'],
    [{ limits: { XOF: { least: '0.50' } } }, 'limits.XOF'],
    [{ limits: { KES: { least: '10', most: '9' } } }, 'limits.KES'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ colour: 'red' }, ''],
  ])('with %j are refused at %s', (more, path) => {
    expect(pathsOf(more)).toEqual([path]);
  });
});

describe('the secrets', () => {
  it('are the key, and nothing else', () => {
    expect(CoreBankingSecrets.safeParse({ apiKey: 'cb_key_of_the_bank' }).success).toBe(true);
    for (const secrets of [{}, { apiKey: '' }, { apiKey: 'cb_key_of_the_bank', other: 'x' }]) {
      expect(CoreBankingSecrets.safeParse(secrets).success).toBe(false);
    }
  });
});
