import { randomUUID } from 'node:crypto';
import { amountOf, type Ended, msisdnOf, type Transfer } from './transfer.js';

/** Seconds for which the answer may be held back: more than anything should last. */
const WAIT_S = 20;

interface Answer {
  readonly id?: string;
  readonly state?: string;
  readonly title?: string;
}

/** One request, whose answer comes when the transfer has ended: what a client of ours sees. */
export async function sendThroughGateway({ number, client, token }: Transfer): Promise<Ended> {
  const answer = await client.request({
    method: 'POST',
    path: '/v1/transfers',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': randomUUID(),
      prefer: `wait=${WAIT_S}`,
    },
    body: JSON.stringify({
      partner: 'mojaloop-sn',
      amount: { value: amountOf(number), currency: 'XOF' },
      payee: { type: 'msisdn', value: `+${msisdnOf(number)}` },
      description: 'Order 20418',
      confirmation: 'automatic',
    }),
  });
  const { id, state, title } = (await answer.body.json()) as Answer;
  return id !== undefined && state === 'succeeded'
    ? { done: id }
    : { failure: `${answer.statusCode} ${state ?? title ?? ''}` };
}
