import { describePartner } from '#partner-kit/testing';
import { daraja } from './daraja.adapter.js';
import { business, msisdn, payee, payer, secrets, settingsAt, start } from './sandbox-support.js';
import { kes } from './spec-support.js';

const amount = kes('1500');

describePartner('daraja', () => ({
  definition: daraja,
  configure: (baseUrl) => ({ settings: settingsAt(baseUrl), secrets }),
  start,
  orders: {
    payment: {
      paid: { amount, payer: msisdn('+254712000345') },
      declined: [
        { order: { amount, payer: payer('01') }, reason: 'insufficient_funds' },
        { order: { amount, payer: payer('12') }, reason: 'payer_cancelled' },
        { order: { amount, payer: payer('14') }, reason: 'payer_timeout' },
        { order: { amount, payer: payer('17') }, reason: 'authentication_failed' },
        { order: { amount, payer: payer('53') }, reason: 'payer_cancelled' },
        { order: { amount, payer: payer('56') }, reason: 'payer_unreachable' },
        { order: { amount, payer: payer('57') }, reason: 'partner_rejected' },
      ],
      open: { amount, payer: payer('40') },
      refused: [
        { order: { amount: kes('10.50'), payer: payer('01') }, pointer: '/amount/value' },
        { order: { amount, payer: msisdn('+255712000345') }, pointer: '/payer/value' },
        { order: { amount }, pointer: '/payer/value' },
      ],
    },
    transfer: {
      paid: { amount, payee: msisdn('+254712000346') },
      declined: [
        { order: { amount, payee: payee('01') }, reason: 'insufficient_funds' },
        { order: { amount, payee: payee('08') }, reason: 'limit_exceeded' },
        { order: { amount, payee: payee('28') }, reason: 'invalid_party' },
        { order: { amount, payee: business('paybill', '600230') }, reason: 'invalid_party' },
      ],
      open: { amount, payee: payee('61') },
      refused: [
        { order: { amount: kes('9'), payee: payee('01') }, pointer: '/amount/value' },
        { order: { amount, payee: { type: 'paybill', value: '600555' } }, pointer: '/payee/account' },
      ],
    },
    receipt: { body: { amount: '75', msisdn: '254712000345', billRef: 'HSE-12' }, amount: kes('75') },
  },
}));
