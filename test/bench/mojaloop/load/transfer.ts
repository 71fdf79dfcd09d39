import { type Client } from 'undici';

/** What a client wants: one transfer, distinguished by its number, from the first word to the last. */
export interface Transfer {
  readonly number: number;
  readonly client: Client;
  readonly token: string;
}

/** How one ended: `done` is its id at the switch, or that of its operation. */
export type Ended = { readonly done: string } | { readonly failure: string };

const NUMBERS = 10_000_000;
const AMOUNTS = 9_000;

/** A telephone number in Senegal: the scheme adapter mixes up lookups of the same payee that meet. */
export const msisdnOf = (number: number): string => `22177${String(number % NUMBERS).padStart(7, '0')}`;

/** In XOF. */
export const amountOf = (number: number): string => String(1_000 + (number % AMOUNTS));

/** Who pays, in both loads. */
export const PAYER = { idType: 'ACCOUNT_ID', idValue: 'SN-DEMO-0001', type: 'BUSINESS', fspId: 'userdfsp' };
