import { Money } from '#domain';
import { describePartner } from '#partner-kit/testing';
import { coreBanking } from './core-banking.adapter.js';
import { account, secrets, settingsAt, startCoreBanking } from './fixtures/sandbox.js';
import { xof } from './fixtures/stage.js';

const amount = xof('15000');
const price = (digits: string, amountIs: 'sent' | 'received' = 'sent') => ({
  payee: account(digits),
  payer: null,
  amount,
  amountIs,
});

describePartner('core-banking', () => ({
  definition: coreBanking,
  configure: (baseUrl) => ({ settings: settingsAt(baseUrl), secrets }),
  start: startCoreBanking,
  orders: {
    transfer: {
      paid: { amount, payee: account('01'), payer: { type: 'msisdn', value: '+254712000345' } },
      declined: [
        { order: { amount, payee: account('02') }, reason: 'invalid_party' },
        { order: { amount, payee: account('03') }, reason: 'party_inactive' },
        { order: { amount, payee: account('04') }, reason: 'party_inactive' },
        { order: { amount, payee: account('05') }, reason: 'amount_invalid' },
        { order: { amount, payee: account('21') }, reason: 'limit_exceeded' },
        { order: { amount, payee: account('22') }, reason: 'compliance_blocked' },
        { order: { amount, payee: account('23') }, reason: 'not_permitted' },
      ],
      refused: [
        { order: { amount, payee: { type: 'till', value: '600777' } }, pointer: '/payee/type' },
        { order: { amount, payee: { type: 'alias', value: '..' } }, pointer: '/payee/value' },
        {
          order: { amount, payee: { type: 'merchant', value: '4711', account: 'INV-1' } },
          pointer: '/payee/account',
        },
      ],
    },
    party: { party: account('01'), name: 'Moussa Ndiaye', amount },
    quote: {
      offered: [
        price('01'),
        price('12'),
        price('12', 'received'),
        price('13'),
        price('13', 'received'),
        { ...price('12'), amount: Money.parse('1050.55', 'KES') },
      ],
      declined: [
        { question: price('02'), reason: 'invalid_party' },
        { question: price('03'), reason: 'party_inactive' },
        { question: price('04'), reason: 'party_inactive' },
        { question: price('05'), reason: 'amount_invalid' },
        { question: price('11'), reason: 'limit_exceeded' },
      ],
    },
  },
}));
