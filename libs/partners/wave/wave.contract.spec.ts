import { describePartner } from '#partner-kit/testing';
import { payee, payer, secrets, settingsAt, startWave } from './fixtures/sandbox.js';
import { xof } from './fixtures/stage.js';
import { wave } from './wave.adapter.js';

const halfAnHourMs = 30 * 60_000 + 1_000;
const amount = xof('2500');

describePartner('wave', () => ({
  definition: wave,
  configure: (baseUrl) => ({ settings: settingsAt(baseUrl), secrets }),
  start: () => startWave(),
  orders: {
    payment: {
      paid: { amount, payer: payer('45') },
      declined: [
        { order: { amount, payer: payer('18') }, reason: 'expired', afterMs: halfAnHourMs },
        { order: { amount, payer: payer('11') }, reason: 'expired', afterMs: halfAnHourMs },
      ],
      open: { amount, payer: payer('18') },
      refused: [
        {
          order: { amount, returnUrls: { success: 'http://bank.example', failure: 'https://bank.example' } },
          pointer: '/returnUrls/success',
        },
      ],
    },
    transfer: {
      paid: { amount: xof('15000'), payee: payee('01'), description: 'Salary' },
      declined: [
        { order: { amount, payee: payee('02') }, reason: 'insufficient_funds' },
        { order: { amount, payee: payee('03') }, reason: 'party_inactive' },
        { order: { amount, payee: payee('04') }, reason: 'party_inactive' },
        { order: { amount, payee: payee('05') }, reason: 'limit_exceeded' },
        { order: { amount, payee: payee('06') }, reason: 'compliance_blocked' },
        { order: { amount, payee: payee('11') }, reason: 'limit_exceeded' },
        { order: { amount, payee: payee('12') }, reason: 'party_inactive', afterMs: 11_000 },
        {
          order: { amount, payee: { type: 'msisdn', value: '+254712000345' } },
          reason: 'invalid_party',
        },
      ],
      open: { amount, payee: payee('09') },
    },
    receipt: {
      body: { amount: '4000', mobile: '+221770000812', reference: 'F-2201' },
      amount: xof('4000'),
    },
    party: { party: payee('01'), name: 'Awa Demo', amount },
  },
}));
