import { describe, expect, it } from '@jest/globals';
import { Money, type Party } from '#domain';
import { OrderRefused } from '#partner-kit';
import { from, ORDER_ID, transfer } from './fixtures/stage.js';
import { toAmount } from '../fspiop/amounts.js';
import { toDisplayName, toIdentifier } from '../fspiop/names.js';
import { toTransferBody } from './mojaloop.requests.js';
import { MojaloopSettings } from './mojaloop.settings.js';

const settings = (more: object = {}) =>
  MojaloopSettings.parse({ baseUrl: 'http://sdk.example:4001', from, ...more });

describe('an amount for the scheme', () => {
  it.each([
    ['15000', 'XOF', '15000'],
    ['10.50', 'KES', '10.5'],
    ['10.05', 'KES', '10.05'],
    ['10', 'KES', '10'],
    ['100', 'KES', '100'],
    ['0.10', 'KES', '0.1'],
    ['0.01', 'KES', '0.01'],
  ])('%s %s is "%s", without a zero at its end', (decimal, currency, written) => {
    const amount = toAmount(Money.parse(decimal, currency));
    expect(amount).toBe(written);
    expect(amount).toMatch(/^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$/);
  });
});

describe('a name for the scheme', () => {
  it.each([
    ['Awa Demo', 'Awa Demo'],
    ['Aïssatou N’Diaye', "Aissatou N'Diaye"],
    ['Cœur Ångström', 'Coeur Angstrom'],
    ['Ɓintu Ŋaay', 'Bintu Naay'],
    ['Dakar & Fils / SARL', 'Dakar Fils SARL'],
    ['  Awa   Demo ', 'Awa Demo'],
  ])('%s is %s', (name, plain) => {
    expect(toDisplayName(name)).toBe(plain);
  });

  it.each(['', '   ', '—', 'محمد', 'Awa محمد', '李'])('%j is none', (name) => {
    expect(toDisplayName(name)).toBeNull();
  });

  it('is cut', () => {
    expect(toDisplayName('a'.repeat(300))).toHaveLength(128);
  });
});

describe('a payee for the scheme', () => {
  it.each<[Party, object]>([
    [
      { type: 'msisdn', value: '+221770000701' },
      { idType: 'MSISDN', idValue: '221770000701' },
    ],
    [
      { type: 'iban', value: 'SN08SN0100152000048500003035' },
      { idType: 'IBAN', idValue: 'SN08SN0100152000048500003035' },
    ],
    [
      { type: 'account', value: '0042' },
      { idType: 'ACCOUNT_ID', idValue: '0042' },
    ],
    [
      { type: 'alias', value: 'awa' },
      { idType: 'ALIAS', idValue: 'awa' },
    ],
    [
      { type: 'merchant', value: '4711' },
      { idType: 'BUSINESS', idValue: '4711' },
    ],
  ])('%j is %j', (party, identifier) => {
    expect(toIdentifier(party)).toEqual(identifier);
  });

  it.each<[Party, string]>([
    [{ type: 'paybill', value: '600777' }, '/payee/type'],
    [{ type: 'till', value: '600779' }, '/payee/type'],
    [{ type: 'alias', value: 'a/b' }, '/payee/value'],
    [{ type: 'alias', value: 'a?b' }, '/payee/value'],
    [{ type: 'alias', value: 'a'.repeat(129) }, '/payee/value'],
    [{ type: 'merchant', value: '4711', account: 'INV-1' }, '/payee/account'],
  ])('%j is none, and %s is at fault', (party, pointer) => {
    expect(() => toIdentifier(party)).toThrow(expect.objectContaining({ pointer }));
    expect(() => toIdentifier(party)).toThrow(OrderRefused);
  });
});

describe('a new transfer', () => {
  it('holds the fields of the scheme adapter and no other', () => {
    const order = transfer({
      payee: { type: 'msisdn', value: '+221770000701', name: 'Aïssatou' },
      description: 'Salaire de novembre',
    });
    expect(toTransferBody(order, settings({ subScenario: 'SALARY' }))).toEqual({
      homeTransactionId: ORDER_ID,
      from: { ...from, type: 'BUSINESS' },
      to: { idType: 'MSISDN', idValue: '221770000701', displayName: 'Aissatou' },
      amountType: 'SEND',
      currency: 'XOF',
      amount: '15000',
      transactionType: 'TRANSFER',
      subScenario: 'SALARY',
      note: 'Salaire de novembre',
    });
  });

  it('notes the description, else the reference, else nothing', () => {
    const noteOf = (more: object) => toTransferBody(transfer(more), settings()).note;
    expect(noteOf({ description: 'd', reference: 'r' })).toBe('d');
    expect(noteOf({ reference: 'r' })).toBe('r');
    expect(noteOf({})).toBeUndefined();
    const longest = `${'a'.repeat(127)}\u{1f600}`;
    expect(noteOf({ description: `${longest}!` })).toBe(longest);
  });
});
