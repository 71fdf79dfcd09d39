import { type Random } from './random.js';
import { type Order } from './world.js';

const CURRENCIES = { 'wave-sn': 'XOF', 'mpesa-ke': 'KES' } as const;

let count = 0;

/** No other order of the run has it; short and plain enough to be shown to a payer whole. */
function newReference(): string {
  count += 1;
  const run = process.pid.toString(36).slice(-3).toUpperCase().padStart(3, 'X');
  return `R${run}${count.toString(36).toUpperCase().padStart(6, '0')}`;
}

/** Numbers that mean nothing in the sandbox: they pay, and are paid, at once. */
const msisdnAt = (random: Random, partner: Order['partner']): string =>
  partner === 'wave-sn'
    ? `+22177${random.integer(10_000, 99_999)}${random.integer(20, 99)}`
    : `+254712${random.integer(100_000, 999_999)}`;

/** What is not given is drawn. */
export function newOrder(random: Random, given: Partial<Order>): Order {
  const partner = given.partner ?? random.pick(['wave-sn', 'mpesa-ke'] as const);
  return {
    partner,
    value: given.value ?? String(random.integer(10, 2_000)),
    msisdn: given.msisdn ?? msisdnAt(random, partner),
    reference: given.reference ?? newReference(),
  };
}

/** As the API takes it. */
export const orderBody = (party: 'payer' | 'payee', { partner, value, msisdn, reference }: Order) => ({
  partner,
  amount: { value, currency: CURRENCIES[partner] },
  [party]: { type: 'msisdn', value: msisdn },
  reference,
});
