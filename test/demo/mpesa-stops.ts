import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { ask, type Guide, msisdn, numberEndingIn, type Stop } from './tour.js';

const PARTNER = 'mpesa-ke';
const kes = (value: string) => ({ value, currency: 'KES' });
const kenyan = () => msisdn(numberEndingIn('+2547129', 13, '45'));
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

/** How the partner calls an operation where nobody gave it a name. */
const shortCodeOf = ({ id }: { id: string }): string => id.replaceAll('-', '').slice(-12).toUpperCase();

const paid: Stop = async (guide) => {
  const asked = 'M-Pesa: a push, paid; told by callback, confirmed by enquiry';
  const reference = guide.reference();
  const body = { partner: PARTNER, amount: kes('150'), payer: kenyan(), reference };
  const operation = await ask(guide, asked, '/v1/payments', body);
  return [{ asked, operation, expected: 'succeeded', references: [reference] }];
};

const refused: Stop = async (guide) => {
  const asked = 'M-Pesa: a push, refused for lack of money';
  const reference = guide.reference();
  const payer = msisdn('+254700000101');
  const operation = await ask(guide, asked, '/v1/payments', {
    ...{ partner: PARTNER, amount: kes('275'), payer, reference },
  });
  const reason = operation.failure?.reason ?? 'none';
  const objections = reason === 'insufficient_funds' ? [] : [`the reason is ${reason}`];
  return [{ asked, operation, expected: 'failed', references: [reference], objections }];
};

const lostCallback: Stop = async (guide) => {
  const asked = 'M-Pesa: the callbacks are lost; found by enquiry';
  const reference = guide.reference();
  const payer = msisdn('+254700000143');
  const operation = await ask(guide, asked, '/v1/payments', {
    ...{ partner: PARTNER, amount: kes('320'), payer, reference },
  });
  return [{ asked, operation, expected: 'succeeded', references: [reference] }];
};

const timedOut: Stop = async (guide) => {
  const asked = 'M-Pesa: a payout that times out after it was paid';
  const payee = msisdn('+254700000263');
  const reference = guide.reference();
  const operation = await ask(guide, asked, '/v1/transfers', {
    ...{ partner: PARTNER, amount: kes('500'), payee, reference },
  });
  const through = ['submitting', 'unknown', 'succeeded'];
  return [{ asked, operation, expected: 'succeeded', through, references: [operation.id] }];
};

const scanned: Stop = async (guide) => {
  const asked = 'M-Pesa: a QR code, scanned and paid';
  const body = { partner: PARTNER, amount: kes('640'), method: 'qr', reference: guide.reference() };
  const { status, body: made } = await guide.client.post('/v1/payments', body, { waitS: 10 });
  if (status !== 200 && status !== 202) throw new Error(`${asked}: ${status} ${JSON.stringify(made)}`);
  const action = made.nextAction?.type ?? 'nothing';
  guide.say(`${asked}: to do: ${action}`);
  const billRef = shortCodeOf(made);
  await guide.sandbox.payUnasked(PARTNER, { amount: '640', billRef });
  const operation = await guide.follow(asked, made.id);
  const objections = action === 'scan_qr' ? [] : [`to do: ${action}`];
  // A customer who scans a code pays like one who types it in.
  return [
    { asked, operation, expected: 'succeeded', references: [billRef], bookedAs: 'receipt', objections },
  ];
};

/** The operation that an unasked payment became. */
async function findReceipt({ client }: Guide, receipt: string): Promise<OperationView> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await client.get<{ items: OperationView[] }>(
      `/v1/operations?receipt=${receipt}&partner=${PARTNER}`,
    );
    const [found] = body.items;
    if (found) return found;
    if (performance.now() > until) throw new Error('M-Pesa: an unasked payment never became an operation');
    await sleep(PAUSE_MS);
  }
}

const unasked: Stop = async (guide) => {
  const asked = 'M-Pesa: a customer pays unasked';
  const billRef = guide.reference();
  const { receipt } = await guide.sandbox.payUnasked(PARTNER, { amount: '75', billRef });
  guide.say(`${asked}: the money has moved`);
  const made = await findReceipt(guide, String(receipt));
  const operation = await guide.follow(asked, made.id);
  const objections = operation.kind === 'receipt' ? [] : [`it became a ${operation.kind}`];
  return [{ asked, operation, expected: 'succeeded', references: [billRef], objections }];
};

/** M-Pesa tells of unasked payments only where it was told whom to tell. */
export async function registerAddresses({ client, say }: Guide): Promise<void> {
  const { status, body } = await client.post<unknown>(`/v1/partners/${PARTNER}/registration`, {});
  if (status >= 300)
    throw new Error(`M-Pesa: the registration was answered ${status} ${JSON.stringify(body)}`);
  say('M-Pesa: knows where to tell of unasked payments');
}

const customerPays: Stop = async (guide) => {
  await registerAddresses(guide);
  return (await Promise.all([scanned(guide), unasked(guide)])).flat();
};

export const mpesaStops: readonly Stop[] = [paid, refused, lostCallback, timedOut, customerPays];
