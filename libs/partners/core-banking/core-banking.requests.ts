import { type Party, type PartyType } from '#domain';
import { type Order, OrderRefused, type QuoteQuestion, type SubmittedOrder } from '#partner-kit';
import {
  type CoreAccount,
  type CoreCreditBody,
  type CorePayer,
  type CoreQuoteBody,
  type CoreReversalBody,
} from './core-banking.client.js';

/** How a bank's own customer can be named. A paybill and a till are a mobile operator's numbers. */
export const ACCOUNT_TYPES = [
  'msisdn',
  'iban',
  'account',
  'alias',
  'merchant',
] as const satisfies readonly PartyType[];

/** @throws OrderRefused for whoever cannot be a customer of the bank */
export function toAccount({ type, value, account }: Party): CoreAccount {
  if (!ACCOUNT_TYPES.some((known) => known === type)) {
    throw new OrderRefused('the back end knows no account of this type', '/payee/type');
  }
  if (account !== undefined) {
    throw new OrderRefused('the back end takes no account beside the payee', '/payee/account');
  }
  // It travels in a path, where these mean another place.
  if (/^\.{0,2}$/.test(value)) throw new OrderRefused('not a value of an account', '/payee/value');
  return { type, value };
}

/** @throws OrderRefused */
export function payeeOf({ payee }: Pick<Order, 'payee'>): CoreAccount {
  if (!payee) throw new OrderRefused('a payee is needed', '/payee');
  return toAccount(payee);
}

const toPayer = (payer: Party | null): CorePayer | null =>
  payer && {
    type: payer.type,
    value: payer.value,
    ...(payer.name === undefined ? {} : { name: payer.name }),
  };

export const toQuoteBody = ({ id, payee, payer, amount, amountIs }: QuoteQuestion): CoreQuoteBody => ({
  id,
  account: toAccount(payee),
  amount: amount.toJSON(),
  amountIs,
  payer: toPayer(payer),
});

export const toCreditBody = (order: Order): CoreCreditBody => ({
  account: payeeOf(order),
  amount: order.amount.toJSON(),
  payer: toPayer(order.payer),
  reference: order.reference,
  description: order.description,
});

export const toReversalBody = (order: Order, credit: SubmittedOrder): CoreReversalBody => ({
  credit: credit.id,
  amount: order.amount.toJSON(),
  reason: order.description ?? order.reference,
});
