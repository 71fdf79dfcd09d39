import { startSandbox } from '../sandbox.js';
import { type Call, caller, type Reply } from './caller.js';

export interface MojaloopBooks {
  readonly entries: readonly object[];
  readonly balance: { readonly amount: string };
}

/** A sandbox with one scheme adapter whose stages are quick. */
export interface MojaloopStage {
  readonly mojaloop: Call;
  /** Under `/control/partners/mojaloop-sn`. */
  readonly control: Call;
  readonly clock: Call;
  /** `POST /transfers`. */
  start(body?: unknown): Promise<Reply>;
  /** `PUT /transfers/{id}`. */
  answer(id: string, body: unknown): Promise<Reply>;
  /** `GET /transfers/{id}`. */
  query(id: string): Promise<Reply>;
  /** The id of a transfer that waits for a yes to its price. */
  quoted(body?: unknown): Promise<string>;
  books(): Promise<MojaloopBooks>;
  close(): Promise<void>;
}

export async function openMojaloopStage(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<MojaloopStage> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    partners: {
      'mojaloop-sn': {
        operator: 'mojaloop',
        settings: {
          startingBalance: '1000000',
          stageMs: 1,
          processingTimeoutMs: 20,
          lateMs: 600_000,
          ...settings,
        },
      },
    },
  });
  const mojaloop = caller(`${sandbox.url}/mojaloop-sn`);
  const control = caller(`${sandbox.url}/control/partners/mojaloop-sn`);
  const start = (body: unknown = transferTo('01')) => mojaloop('POST', '/transfers', body);
  const answer = (id: string, body: unknown) => mojaloop('PUT', `/transfers/${id}`, body);
  return {
    mojaloop,
    control,
    clock: caller(`${sandbox.url}/control/clock`),
    start,
    answer,
    query: (id) => mojaloop('GET', `/transfers/${id}`),
    quoted: async (body) => {
      const id = idIn(await start(body));
      await answer(id, { acceptParty: true });
      return id;
    },
    books: async () => (await control('GET', '/books')).json as MojaloopBooks,
    close: () => sandbox.close(),
  };
}

/** The transfer that an answer tells of. */
export const idIn = ({ json }: Reply): string => (json as { transferId: string }).transferId;

const payer = { idType: 'MSISDN', idValue: '221770000900', displayName: 'Banque Demo', fspId: 'banque-demo' };

export const transferTo = (
  digits: string,
  amount = '10000',
  more: Readonly<Record<string, unknown>> = {},
) => ({
  homeTransactionId: 'GW-1',
  from: payer,
  to: { idType: 'MSISDN', idValue: `2217700000${digits}` },
  amountType: 'SEND',
  currency: 'XOF',
  amount,
  transactionType: 'TRANSFER',
  ...more,
});
