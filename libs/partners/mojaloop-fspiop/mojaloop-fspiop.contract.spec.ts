import { describePartner } from '#partner-kit/testing';
import { payee, secrets, settingsAt, startSwitch, xof } from './fixtures/sandbox.js';
import { mojaloopFspiop } from './mojaloop-fspiop.adapter.js';

const amount = xof('15000');

describePartner('mojaloop-fspiop', () => ({
  definition: mojaloopFspiop,
  configure: (baseUrl) => ({ settings: settingsAt(baseUrl), secrets }),
  start: () => startSwitch(),
  orders: {
    transfer: {
      paid: { amount, payee: payee('01'), description: 'Salary' },
      questions: ['party', 'quote'],
      declined: [
        { order: { amount, payee: payee('02') }, reason: 'invalid_party' },
        { order: { amount, payee: payee('03') }, reason: 'partner_unavailable' },
        { order: { amount, payee: payee('11') }, reason: 'partner_rejected' },
        { order: { amount, payee: payee('12') }, reason: 'limit_exceeded' },
        { order: { amount, payee: payee('13') }, reason: 'party_inactive' },
        { order: { amount, payee: payee('14') }, reason: 'partner_unavailable' },
        { order: { amount, payee: payee('15') }, reason: 'partner_rejected' },
        { order: { amount, payee: payee('19') }, reason: 'amount_invalid' },
        { order: { amount, payee: payee('21') }, reason: 'insufficient_funds' },
        { order: { amount, payee: payee('22') }, reason: 'expired' },
        { order: { amount, payee: payee('23') }, reason: 'partner_rejected' },
        { order: { amount, payee: payee('24') }, reason: 'limit_exceeded' },
        { order: { amount, payee: payee('38') }, reason: 'partner_rejected' },
      ],
      open: { amount, payee: payee('35') },
      refused: [
        { order: { amount, payee: { type: 'alias', value: 'awa/demo' } }, pointer: '/payee/value' },
        { order: { amount, payee: { type: 'till', value: '600777' } }, pointer: '/payee/type' },
        {
          order: { amount, payee: { type: 'merchant', value: '4711', account: 'INV-1' } },
          pointer: '/payee/account',
        },
      ],
    },
  },
}));
