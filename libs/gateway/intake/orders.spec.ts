import { Money } from '#domain';
import { type Partner, type PartnerRegistry } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { CapabilityNotSupported, PartnerSwitchedOff, UnknownPartner } from '../partners/partner-errors.js';
import { type Draft, Orders } from './orders.js';

const draft: Draft = {
  kind: 'payment',
  partner: 'sahel-sn',
  amount: Money.parse('1500', 'XOF'),
  payer: { type: 'msisdn', value: '77 123 45 67' },
  payee: null,
  reference: null,
  description: null,
  method: null,
  returnUrls: null,
  confirmation: null,
};

const ordersAt = (partner: object | undefined): Orders => {
  const limit = { currency: 'XOF', least: '100', most: '100000', wholeUnits: true };
  const descriptor = {
    country: 'SN',
    limits: { collections: [limit] },
    payerTypes: ['msisdn'],
    payeeTypes: [],
  };
  const found =
    partner &&
    ({ descriptor, adapter: { collections: {} }, enabled: true, ...partner } as unknown as Partner);
  return new Orders({ find: () => found } as unknown as PartnerRegistry);
};

describe('an order', () => {
  it('is taken with its parties in their one written form', () => {
    expect(ordersAt({}).check(draft, 'id').payer).toEqual({ type: 'msisdn', value: '+221771234567' });
  });

  it('for a partner that nobody configured is refused', () => {
    expect(() => ordersAt(undefined).check(draft, 'id')).toThrow(UnknownPartner);
  });

  it('for a partner that is switched off is refused for now, and told apart from one that is not there', () => {
    expect(() => ordersAt({ enabled: false }).check(draft, 'id')).toThrow(PartnerSwitchedOff);
    expect(() => ordersAt({ enabled: false, adapter: {} }).check(draft, 'id')).toThrow(
      CapabilityNotSupported,
    );
  });
});
