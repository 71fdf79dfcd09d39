import { createHmac, randomBytes } from 'node:crypto';

export const PAYERS = 4_096;
const run = randomBytes(6).toString('hex');

/** Nobody whose number ends in a magic value: everybody pays. */
const payerOf = (index: number): string => `+2217${String(7_000_000 + index * 100).padStart(8, '0')}`;

const pad = (count: number): string => count.toString(36).padStart(8, '0');

/** A payment of every field that clients usually send, by a payer of many; ASCII. */
export const payments: readonly string[] = Array.from({ length: PAYERS }, (_, index) =>
  JSON.stringify({
    partner: 'wave-sn',
    amount: { value: String(1_000 + index), currency: 'XOF' },
    payer: { type: 'msisdn', value: payerOf(index) },
    reference: `INV-${run}-${index}`,
    description: 'Order 20418',
    metadata: { branch: 'DKR-3' },
  }),
);

/** Unlike that of any other request, of this run or another. */
export const idempotencyKeyAt = (count: number): string => `bench-${run}-${pad(count)}`;

/** One row of the intake statement, as the API would write it; the id comes from outside. */
export function intakeRowAt(count: number, id: string): string {
  const index = count % PAYERS;
  return `[{"id":"${id}","client_id":"bench","key":"${idempotencyKeyAt(count)}","digest":"${run.repeat(5)}1234","kind":"payment","partner":"wave-sn","amount_minor":"${1_000 + index}","currency":"XOF","payer_type":"msisdn","payer_value":"${payerOf(index)}","reference":"INV-${run}-${index}","description":"Order 20418","metadata":{"branch":"DKR-3"},"method":null,"return_urls":null,"receipt_account":"","receipt_payer":"","submit_for_ms":900000}]`;
}

/** A webhook about a session of its own; its signature is made for this moment. */
export function webhookAt(count: number, secret: string): { body: string; signature: string } {
  const id = `cos-1${run}${pad(count)}`;
  const body = `{"id":"EV_${run}${pad(count)}","type":"checkout.session.completed","data":{"id":"${id}","amount":"1500","checkout_status":"complete","client_reference":"INV-${run}-${count}","currency":"XOF","error_url":"https://bank.example/payments/sorry","last_payment_error":null,"business_name":"Banque Demo","payment_status":"succeeded","success_url":"https://bank.example/payments/thanks","aggregated_merchant_id":null,"transaction_id":"T_${run}${pad(count)}","wave_launch_url":"https://pay.wave.example/c/${id}","when_completed":"2026-11-21T09:00:01Z","when_created":"2026-11-21T09:00:00Z","when_expires":"2026-11-21T09:30:00Z"}}`;
  const stamp = Math.floor(Date.now() / 1000);
  const digest = createHmac('sha256', secret).update(`${stamp}${body}`).digest('hex');
  return { body, signature: `t=${stamp},v1=${digest}` };
}
