import { type Asked, openConnector, type Said, type Saying, type TestConnector } from './connector.js';
import { type MojaloopStage, openMojaloopStage } from './mojaloop-stage.js';

type Spoken = { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | null;

/** What the control API answers to an order to pay us. */
export interface Report {
  readonly transferId: string;
  readonly quoteId: string | null;
  readonly party: Spoken;
  readonly quote: Spoken;
  readonly transfer: Spoken;
  readonly repeat: Spoken;
  readonly details: Spoken;
  readonly errorCode: string | null;
  readonly problem: string | null;
  readonly state: string | null;
  readonly credited: { readonly currency: string; readonly amount: string } | null;
}

/** A scheme adapter that knows where the bank's connector is, and that connector. */
export interface PayeeStage extends MojaloopStage {
  readonly connector: TestConnector;
  /** `POST /control/partners/mojaloop-sn/receipts` that is taken. */
  pay(changes?: Readonly<Record<string, unknown>>): Promise<Report>;
  /** What the switch says to us, as payee, of a transfer. */
  stateOf(transferId: string): Promise<unknown>;
}

export const payee = { idType: 'MSISDN', idValue: '221770000042' };

export async function openPayeeStage(settings: Readonly<Record<string, unknown>> = {}): Promise<PayeeStage> {
  const connector = await openConnector();
  const stage = await openMojaloopStage({
    connectorUrl: connector.url,
    incomingExpiryMs: 5_000,
    notificationDelayMs: 0,
    ...settings,
  });
  return {
    ...stage,
    connector,
    pay: async (changes) => {
      const { status, text, json } = await stage.control('POST', '/receipts', {
        payee,
        amount: '1000',
        ...changes,
      });
      if (status !== 201) throw new Error(text);
      return json as Report;
    },
    stateOf: async (transferId) =>
      ((await stage.query(transferId)).json as { fulfil?: { body: { transferState: unknown } } }).fulfil?.body
        .transferState,
    close: async () => {
      await stage.close();
      await connector.close();
    },
  };
}

interface Replies {
  readonly party?: Saying;
  readonly quote?: Saying;
  readonly transfer?: Saying;
  readonly notification?: Saying;
  readonly details?: Saying;
}

/** A connector that does everything right, but for what is given. It keeps a fee of one per cent. */
export const connectorThat =
  (replies: Replies = {}): Saying =>
  (asked) => {
    const kind = kindOf(asked);
    return (replies[kind] ?? rightReplies[kind])(asked);
  };

export const transferred = (changes: Readonly<Record<string, unknown>> = {}): Said => ({
  status: 200,
  body: { homeTransactionId: 'GW-IN-1', transferState: 'COMMITTED', ...changes },
});

export const refused = (statusCode: string, status = 400): Said => ({
  status,
  body: { statusCode, status: statusCode, message: 'no' },
});

/** The price that fits what was asked, but for `changes`. */
export function priced({ body }: Asked, changes: Readonly<Record<string, unknown>> = {}): Said {
  const { quoteId, transactionId, amount, currency, amountType } = body;
  const asked = Number(amount);
  const fee = asked / 100;
  const [transfer, receive] = amountType === 'SEND' ? [asked, asked - fee] : [asked + fee, asked];
  return {
    status: 200,
    body: {
      quoteId,
      transactionId,
      transferAmount: String(transfer),
      transferAmountCurrency: currency,
      payeeReceiveAmount: String(receive),
      payeeReceiveAmountCurrency: currency,
      payeeFspFeeAmount: String(fee),
      payeeFspFeeAmountCurrency: currency,
      ...changes,
    },
  };
}

const rightReplies: Readonly<Record<keyof Replies, Saying>> = {
  party: () => ({
    status: 200,
    body: { ...payee, displayName: 'Aissatou Ndiaye', firstName: 'Aïssatou', lastName: 'Ndiaye' },
  }),
  quote: (asked) => priced(asked),
  transfer: () => transferred(),
  notification: () => ({ status: 200, body: {} }),
  details: () => ({ status: 200, body: { homeTransactionId: 'GW-IN-1', transferState: 'COMMITTED' } }),
};

function kindOf({ method, path }: Asked): keyof Replies {
  if (path.startsWith('/parties/')) return 'party';
  if (path === '/quoterequests') return 'quote';
  if (method === 'GET') return 'details';
  return method === 'POST' ? 'transfer' : 'notification';
}
