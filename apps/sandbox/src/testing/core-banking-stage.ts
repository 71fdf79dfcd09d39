import { startSandbox } from '../sandbox.js';
import { type Call, caller, type Reply } from './caller.js';

export interface CoreBankingBooks {
  readonly entries: readonly object[];
  readonly balance: Readonly<Record<string, string>>;
}

/** A sandbox with one core banking system. */
export interface CoreBankingStage {
  /** With the right key. */
  readonly core: Call;
  /** With no key. */
  readonly anyone: Call;
  /** Under `/control/partners/core-banking`. */
  readonly control: Call;
  credit(id: string, order?: object): Promise<Reply>;
  reverse(id: string, order?: object): Promise<Reply>;
  quote(order?: object): Promise<Reply>;
  books(): Promise<CoreBankingBooks>;
  close(): Promise<void>;
}

const apiKey = 'cb_key_of_the_stage';

export async function openCoreBankingStage(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<CoreBankingStage> {
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    partners: { 'core-banking': { operator: 'core-banking', settings: { apiKey, ...settings } } },
  });
  const base = `${sandbox.url}/core-banking`;
  const core = caller(base, { authorization: `Bearer ${apiKey}` });
  const control = caller(`${sandbox.url}/control/partners/core-banking`);
  return {
    core,
    anyone: caller(base),
    control,
    credit: (id, order = creditTo('01')) => core('PUT', `/credits/${id}`, order),
    reverse: (id, order = reversalOf('C-1')) => core('PUT', `/reversals/${id}`, order),
    quote: (order = quoteFor('01')) => core('POST', '/quotes', order),
    books: async () => (await control('GET', '/books')).json as CoreBankingBooks,
    close: () => sandbox.close(),
  };
}

export const accountOf = (digits: string) => ({ type: 'msisdn', value: `+2217700007${digits}` });
const xof = (value: string) => ({ value, currency: 'XOF' });

export const creditTo = (digits: string, more: object = {}) => ({
  account: accountOf(digits),
  amount: xof('15000'),
  payer: { type: 'msisdn', value: '+254712000345', name: 'John Kamau' },
  reference: 'M-1',
  description: null,
  ...more,
});

export const reversalOf = (credit: string, more: object = {}) => ({
  credit,
  amount: xof('15000'),
  reason: null,
  ...more,
});

export const quoteFor = (digits: string, more: object = {}) => ({
  id: 'Q-1',
  account: accountOf(digits),
  amount: xof('15000'),
  amountIs: 'sent',
  payer: null,
  ...more,
});
