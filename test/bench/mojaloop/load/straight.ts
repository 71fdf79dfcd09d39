import { type Client } from 'undici';
import { amountOf, type Ended, msisdnOf, PAYER, type Transfer } from './transfer.js';

/** What a client of the scheme adapter looks at. */
interface Answer {
  readonly transferId?: string;
  readonly currentState?: string;
  readonly message?: string;
  readonly fulfil?: { readonly body?: { readonly transferState?: string } };
}

const HEADERS = { 'content-type': 'application/json' };

async function tell(client: Client, method: 'POST' | 'PUT', path: string, body: object): Promise<Answer> {
  const answer = await client.request({ method, path, headers: HEADERS, body: JSON.stringify(body) });
  return (await answer.body.json()) as Answer;
}

/** The three requests that a bank without us would send. */
export async function sendStraight({ number, client }: Transfer): Promise<Ended> {
  const asked = await tell(client, 'POST', '/transfers', {
    homeTransactionId: `straight-${number}`,
    from: PAYER,
    to: { idType: 'MSISDN', idValue: msisdnOf(number) },
    amountType: 'SEND',
    currency: 'XOF',
    amount: amountOf(number),
    transactionType: 'TRANSFER',
    note: 'Order 20418',
  });
  const { transferId } = asked;
  if (transferId === undefined) return { failure: asked.message ?? 'no transfer' };
  const path = `/transfers/${transferId}`;
  const quoted = await tell(client, 'PUT', path, { acceptParty: true });
  if (quoted.currentState !== 'WAITING_FOR_QUOTE_ACCEPTANCE')
    return { failure: quoted.message ?? 'no price' };
  const ended = await tell(client, 'PUT', path, { acceptQuote: true });
  return ended.fulfil?.body?.transferState === 'COMMITTED'
    ? { done: transferId }
    : { failure: ended.message ?? 'not committed' };
}
