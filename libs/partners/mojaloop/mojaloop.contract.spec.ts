import { describe } from '@jest/globals';
import { type ConfirmationStep } from '#domain';
import { describePartner } from '#partner-kit/testing';
import { payee, settingsAt, startMojaloop } from './fixtures/sandbox.js';
import { xof } from './fixtures/stage.js';
import { mojaloop } from './mojaloop.adapter.js';

const amount = xof('15000');
const aMinuteMs = 60_000;

/** The newer release as its makers ship it; the older one as Payment Manager sets it up, with the party accepted. */
const releases: readonly (readonly [string, Readonly<Record<string, unknown>>, ConfirmationStep[]])[] = [
  ['24.19.4', {}, ['party', 'quote']],
  ['18.0.2', { autoAcceptParty: true }, ['quote']],
];

describe.each(releases)('with a scheme adapter of release %s', (imitates, more, questions) => {
  describePartner('mojaloop', () => ({
    definition: mojaloop,
    configure: (baseUrl) => ({ settings: settingsAt(baseUrl), secrets: {} }),
    start: () => startMojaloop({ imitates, ...more }),
    orders: {
      transfer: {
        paid: { amount, payee: payee('01'), description: 'Salary' },
        questions,
        declined: [
          { order: { amount, payee: payee('02') }, reason: 'invalid_party' },
          { order: { amount, payee: payee('03') }, reason: 'partner_unavailable' },
          { order: { amount, payee: payee('04') }, reason: 'partner_unavailable' },
          { order: { amount, payee: payee('11') }, reason: 'partner_rejected' },
          { order: { amount, payee: payee('12') }, reason: 'limit_exceeded' },
          { order: { amount, payee: payee('13') }, reason: 'party_inactive' },
          { order: { amount, payee: payee('14') }, reason: 'partner_unavailable' },
          { order: { amount, payee: payee('15') }, reason: 'partner_rejected' },
          { order: { amount, payee: payee('16') }, reason: 'partner_rejected' },
          { order: { amount, payee: payee('19') }, reason: 'amount_invalid' },
          { order: { amount, payee: payee('21') }, reason: 'insufficient_funds' },
          { order: { amount, payee: payee('22') }, reason: 'expired' },
          { order: { amount, payee: payee('23') }, reason: 'partner_rejected' },
          { order: { amount, payee: payee('24') }, reason: 'limit_exceeded' },
          { order: { amount, payee: payee('32') }, reason: 'partner_rejected', afterMs: aMinuteMs },
          { order: { amount, payee: payee('34') }, reason: 'partner_rejected', afterMs: aMinuteMs },
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
      party: { party: payee('01'), name: 'Awa Demo', amount },
    },
  }));
});
