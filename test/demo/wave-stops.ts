import { randomUUID } from 'node:crypto';
import { ask, type Guide, msisdn, numberEndingIn, type Stop } from './tour.js';

const PARTNER = 'wave-sn';
const xof = (value: string) => ({ value, currency: 'XOF' });
/** Its last two digits have no meaning of their own unless they are chosen. */
const senegalese = (ending = '33') => msisdn(numberEndingIn('+22177', 13, ending));

const paid: Stop = async (guide) => {
  const asked = 'Wave: a payment, paid; told by callback';
  const body = {
    partner: PARTNER,
    amount: xof('1500'),
    payer: senegalese(),
    reference: guide.reference(),
  };
  const operation = await ask(guide, asked, '/v1/payments', body);
  return [{ asked, operation, expected: 'succeeded', references: [operation.id] }];
};

const lostCallback: Stop = async (guide) => {
  const asked = 'Wave: the callback is lost; found by enquiry';
  const payer = senegalese();
  await guide.sandbox.addFault(PARTNER, { fault: 'callback-lost', count: 1, match: { party: payer.value } });
  const body = { partner: PARTNER, amount: xof('2750'), payer, reference: guide.reference() };
  const operation = await ask(guide, asked, '/v1/payments', body);
  const timeline = await guide.client.timeline(operation.id);
  const byCallback = timeline.some(({ type }) => type === 'notice');
  return [
    {
      ...{ asked, operation, expected: 'succeeded', references: [operation.id] },
      objections: byCallback ? ['a callback came although it was lost'] : [],
    },
  ];
};

const refunded: Stop = async (guide) => {
  const asked = 'Wave: a payment, to be refunded';
  const body = { partner: PARTNER, amount: xof('3200'), payer: senegalese(), reference: guide.reference() };
  const payment = await ask(guide, asked, '/v1/payments', body);
  const back = 'Wave: the refund of that payment';
  const reversal = await ask(guide, back, `/v1/operations/${payment.id}/reversals`, {
    reason: 'goods returned',
  });
  const objections = reversal.reverses === payment.id ? [] : ['the refund does not point back'];
  return [
    { asked, operation: payment, expected: 'succeeded', references: [payment.id] },
    { asked: back, operation: reversal, expected: 'succeeded', references: [payment.id], objections },
  ];
};

const payout: Stop = async (guide) => {
  const asked = 'Wave: a payout, answered with an error after it was paid';
  const body = {
    partner: PARTNER,
    amount: xof('5000'),
    payee: senegalese('07'),
    reference: guide.reference(),
  };
  const operation = await ask(guide, asked, '/v1/transfers', body);
  return [{ asked, operation, expected: 'succeeded', references: [operation.id] }];
};

const refused: Stop = async (guide) => {
  const asked = 'Wave: a payout, refused for lack of money';
  const body = {
    partner: PARTNER,
    amount: xof('4100'),
    payee: senegalese('02'),
    reference: guide.reference(),
  };
  const operation = await ask(guide, asked, '/v1/transfers', body);
  const { reason = 'none', moneyMoved = 'unknown' } = operation.failure ?? {};
  const isRight = reason === 'insufficient_funds' && moneyMoved === 'no';
  const objections = isRight ? [] : [`the reason is ${reason}, money moved: ${moneyMoved}`];
  return [{ asked, operation, expected: 'failed', references: [operation.id], objections }];
};

/** What the same key brings: the same operation, and a refusal where something else is asked for. */
async function repeat(guide: Guide, body: object, key: string, id: string): Promise<string[]> {
  const again = await guide.client.post('/v1/payments', body, { idempotencyKey: key });
  const isReplay = again.body.id === id && again.headers.get('idempotency-replayed') === 'true';
  guide.say('Wave: the same request again: the same operation, replayed');
  const other = { ...body, amount: xof('999') };
  const reused = await guide.client.post<{ code: string }>('/v1/payments', other, { idempotencyKey: key });
  const isRefused = reused.status === 422 && reused.body.code === 'idempotency-key-reused';
  guide.say(`Wave: the same key with another amount: ${reused.status} ${reused.body.code}`);
  return [
    ...(isReplay ? [] : ['a repeated request was not replayed']),
    ...(isRefused ? [] : [`a key used for another amount was answered ${reused.status}`]),
  ];
}

const repeated: Stop = async (guide) => {
  const asked = 'Wave: asked twice with one key; then with another amount';
  const key = randomUUID();
  const body = { partner: PARTNER, amount: xof('1000'), payer: senegalese(), reference: guide.reference() };
  const operation = await ask(guide, asked, '/v1/payments', body, key);
  const objections = await repeat(guide, body, key, operation.id);
  return [{ asked, operation, expected: 'succeeded', references: [operation.id], objections }];
};

export const waveStops: readonly Stop[] = [paid, lostCallback, refunded, payout, refused, repeated];
