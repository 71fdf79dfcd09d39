import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';
import { heldBy, startGateway } from './gateway.js';
import { pay, quote } from './support/incoming.js';
import { openMendedWay } from './support/mended-way.js';
import { UNKNOWN_PAYEE } from './support/rules.js';
import { type Scheme, startScheme } from './support/scheme.js';

const INTO = { idType: 'MSISDN', idValue: '254712000345' };
const PAYER = '254711000045';
const PATIENCE_MS = 60_000;
const SETTINGS = {
  ...{ autoAccept: 'party', collectInto: INTO },
  requestToPay: { release: '18.0.2', openForMs: 15_000 },
};

const askOf = async (stack: Stack, value: string, payer = `+${PAYER}`): Promise<OperationView> => {
  const { status, body } = await stack.client.post('/v1/payments', {
    partner: 'mojaloop-sn',
    amount: { value, currency: 'KES' },
    payer: { type: 'msisdn', value: payer },
  });
  expect(status).toBe(202);
  return body;
};

describe('a request to pay through the real scheme adapter, mended on its way', () => {
  let scheme: Scheme;
  let stack: Stack;

  beforeAll(async () => {
    scheme = await startScheme({ autoAcceptParty: true, openWay: openMendedWay });
    stack = await startGateway(scheme, SETTINGS);
  }, 300_000);
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  const ask = (value: string, payer?: string) => askOf(stack, value, payer);
  const untilAsked = async (value: string): Promise<OperationView> => {
    const { id } = await ask(value);
    const pending = await stack.client.untilState(id, ['pending'], PATIENCE_MS);
    expect(pending).toMatchObject({ nextAction: { type: 'approve_on_phone' }, failure: null });
    return pending;
  };
  /** As the payer's institution does once its customer has approved. */
  const answer = ({ partnerReference }: OperationView, amount: string) => ({
    ...{ payee: INTO, payer: PAYER, amount },
    transactionRequestId: partnerReference ?? '',
  });
  const credited = () => heldBy(stack, INTO);

  it('is paid by the payer’s institution, and credited once', async () => {
    const before = await credited();
    const payment = await untilAsked('170');
    const { transferId, transfer } = await pay(answer(payment, '170'));
    expect(transfer?.callback).toMatchObject({ transferState: 'COMMITTED' });
    const ended = await stack.client.untilEnded(payment.id, PATIENCE_MS);
    expect(ended).toMatchObject({ kind: 'payment', state: 'succeeded', receipt: transferId });
    expect((await credited()) - before).toBe(170);
    const { body } = await stack.client.get<{ items: readonly OperationView[] }>(
      '/v1/operations?kind=receipt',
    );
    expect(body.items).toEqual([]);
  });

  it('ends when nobody pays in time', async () => {
    const payment = await untilAsked('180');
    expect(await stack.client.untilEnded(payment.id, PATIENCE_MS)).toMatchObject({
      state: 'expired',
      failure: { moneyMoved: 'no' },
    });
  });

  it('fails where the switch does not know the payer', async () => {
    const { id } = await ask('190', UNKNOWN_PAYEE);
    expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({
      state: 'failed',
      failure: { reason: 'invalid_party', moneyMoved: 'no', partner: { code: '3204' } },
    });
  });

  it('takes money that another payer brings for what it is: nobody asked for it', async () => {
    const payment = await untilAsked('210');
    const { callback } = await quote({ ...answer(payment, '210'), payer: '254711000046' });
    expect(callback).toMatchObject({ transferAmount: { amount: '210' } });
    expect((await stack.client.operation(payment.id)).state).toBe('pending');
  });
});

describe.each([
  ['as it is', { autoAcceptParty: true }, 'partner_rejected', '3100'],
  ['where it stops at the party', {}, 'partner_misconfigured', 'WAITING_FOR_PARTY_ACCEPTANCE'],
])('a request to pay through the real scheme adapter, %s', (_how, options, reason, code) => {
  let scheme: Scheme;
  let stack: Stack;

  beforeAll(async () => {
    scheme = await startScheme(options);
    stack = await startGateway(scheme, SETTINGS);
  }, 300_000);
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  it('is refused, and nobody has been asked', async () => {
    const { id } = await askOf(stack, '220');
    expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({
      state: 'failed',
      failure: { reason, moneyMoved: 'no', partner: { code } },
    });
  });
});
