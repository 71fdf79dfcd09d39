import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack } from '../support/stack.js';
import { heldBy, KEEPER, receiptOf, startGateway } from './gateway.js';
import { lookUp, pay, quote } from './support/incoming.js';
import { type Scheme, startScheme } from './support/scheme.js';

const msisdn = (ending: string) => ({ idType: 'MSISDN', idValue: `2547120003${ending}` });
const refusedWith = (errorCode: string) => ({
  callback: { errorInformation: { errorCode } },
});

describe('a payment to a customer of ours, through the real scheme adapter', () => {
  let scheme: Scheme;
  let stack: Stack;

  beforeAll(async () => {
    scheme = await startScheme();
    stack = await startGateway(scheme);
  }, 300_000);
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  it('is looked up, priced, credited once, and final when the switch says so', async () => {
    const payee = msisdn('45');
    const { transferId, party, quote: price, transfer } = await pay({ payee });
    expect(party.callback).toMatchObject({
      party: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: payee.idValue, fspId: 'userdfsp' } },
    });
    expect(price?.callback).toMatchObject({ transferAmount: { amount: '150', currency: 'KES' } });
    expect(transfer?.callback).toMatchObject({ transferState: 'COMMITTED' });
    const receipt = await receiptOf(stack, transferId);
    const ended = await stack.client.untilEnded(receipt?.id ?? '', 60_000);
    expect(ended).toMatchObject({ kind: 'receipt', state: 'succeeded', receipt: transferId });
    expect(await heldBy(stack, payee)).toBe(150);
  });

  it('finds and credits whoever is named with the plus of their number, by that very name', async () => {
    const idValue = `+${msisdn('45').idValue}`;
    const { party, transfer } = await pay({ payee: { idType: 'MSISDN', idValue } });
    expect(party.callback).toMatchObject({ party: { partyIdInfo: { partyIdentifier: idValue } } });
    expect(transfer?.callback).toMatchObject({ transferState: 'COMMITTED' });
  });

  it.each([
    ['nobody', msisdn('02'), '3204'],
    ['a blocked account', msisdn('03'), '5400'],
    ['a closed account', msisdn('04'), '5107'],
    ['a name that the bank finds nobody by', msisdn('06'), '3100'],
    ['a type of name that nobody has', { idType: 'EMAIL', idValue: 'awa@demo.sn' }, '3100'],
    ['a name that is no number', { idType: 'MSISDN', idValue: 'awa' }, '3101'],
  ])('finds %s', async (_who, payee, code) => {
    expect(await lookUp({ payee })).toMatchObject(refusedWith(code));
  });

  it.each([
    ['nobody', { payee: msisdn('02') }, '3204'],
    ['a blocked account', { payee: msisdn('03') }, '5400'],
    ['a closed account', { payee: msisdn('04') }, '5107'],
    ['an account that holds another currency', { payee: msisdn('05') }, '5106'],
    ['a name that the bank finds nobody by', { payee: msisdn('06') }, '3100'],
    ['a currency that no account holds', { payee: msisdn('45'), currency: 'USD' }, '5106'],
    ['more than the account may take', { payee: msisdn('11') }, '5200'],
    ['cash', { payee: msisdn('45'), scenario: 'WITHDRAWAL' }, '5102'],
    ['an amount that the currency does not have', { payee: msisdn('45'), amount: '1.0005' }, '3101'],
    ['a type of name that nobody has', { payee: { idType: 'EMAIL', idValue: 'awa@demo.sn' } }, '3100'],
  ])('is given no price for %s', async (_what, order, code) => {
    expect(await quote(order)).toMatchObject(refusedWith(code));
  });

  it.each([
    ['a limit', '21', '5200'],
    ['a rule', '22', '5105'],
    ['an account that was closed since', '26', '5107'],
    ['a currency that it holds no more', '27', '5106'],
  ])(
    'is refused, and nobody credited, where the bank’s back end stops it by %s',
    async (_why, ending, code) => {
      const payee = msisdn(ending);
      const { transferId, transfer } = await pay({ payee });
      expect(transfer).toMatchObject(refusedWith(code));
      expect(await receiptOf(stack, transferId)).toMatchObject({
        state: 'failed',
        failure: { moneyMoved: 'no' },
      });
      expect(await heldBy(stack, payee)).toBe(0);
    },
  );

  it('is refused while the back end is away', async () => {
    await stack.sandbox.misbehave(KEEPER, { fault: 'error-5xx' });
    expect(await lookUp({ payee: msisdn('45') })).toMatchObject(refusedWith('2003'));
    await stack.sandbox.misbehave(KEEPER);
  });
});
