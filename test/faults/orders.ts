import { type Random } from './random.js';
import { type Order } from './world.js';

const CURRENCIES = {
  'wave-sn': 'XOF',
  'mpesa-ke': 'KES',
  'mojaloop-sn': 'XOF',
  'mojaloop-fspiop-sn': 'XOF',
} as const;

/** Who can be asked to debit a payer, and who to credit a payee. */
const ABLE = {
  payer: ['wave-sn', 'mpesa-ke'],
  payee: ['wave-sn', 'mpesa-ke', 'mojaloop-sn', 'mojaloop-fspiop-sn'],
} as const satisfies Record<string, readonly Order['partner'][]>;

let count = 0;

/** No other order of the run has it; short and plain enough to be shown to a payer whole. */
function newReference(): string {
  count += 1;
  const run = process.pid.toString(36).slice(-3).toUpperCase().padStart(3, 'X');
  return `R${run}${count.toString(36).toUpperCase().padStart(6, '0')}`;
}

const prompted = new Set<string>();

/** None is drawn twice in a run: two prompts on one phone get in each other's way. */
function newPhone(random: Random): string {
  const msisdn = `+254712${random.integer(100_000, 999_999)}`;
  if (prompted.has(msisdn)) return newPhone(random);
  prompted.add(msisdn);
  return msisdn;
}

/** Numbers that mean nothing in the sandbox: they pay, and are paid, at once. */
function msisdnAt(random: Random, partner: Order['partner']): string {
  switch (partner) {
    case 'wave-sn':
      return `+22177${random.integer(10_000, 99_999)}${random.integer(20, 99)}`;
    case 'mpesa-ke':
      return newPhone(random);
    case 'mojaloop-sn':
    case 'mojaloop-fspiop-sn':
      return `+22176${random.integer(10_000, 99_999)}${random.integer(60, 99)}`;
  }
}

/** What is not given is drawn; without a side, so that the order fits both. */
export function newOrder(random: Random, given: Partial<Order>, side: keyof typeof ABLE = 'payer'): Order {
  const partner = given.partner ?? random.pick<Order['partner']>(ABLE[side]);
  return {
    ...given,
    partner,
    value: given.value ?? String(random.integer(10, 2_000)),
    msisdn: given.msisdn ?? msisdnAt(random, partner),
    reference: given.reference ?? newReference(),
  };
}

/** As the API takes it. */
export const orderBody = (
  party: 'payer' | 'payee',
  { partner, value, msisdn, reference, confirmation }: Order,
) => ({
  partner,
  amount: { value, currency: CURRENCIES[partner] },
  [party]: { type: 'msisdn', value: msisdn },
  reference,
  ...(confirmation === undefined ? {} : { confirmation }),
});
