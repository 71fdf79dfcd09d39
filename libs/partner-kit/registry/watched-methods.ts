import { type Capability, type PartnerAdapter } from '../port/adapter.js';

/**
 * What a method is for, and so what its failure means. `move` and `enquire` answer with an outcome: whatever
 * they throw becomes one. What `ask` throws passes through.
 */
export type Purpose = 'move' | 'enquire' | 'ask';

type MethodsOf<C extends Capability> = Partial<Record<keyof NonNullable<PartnerAdapter[C]>, Purpose>>;

/** The methods that talk to the partner; all others pass through unwatched. */
export const WATCHED_METHODS = {
  collections: { collect: 'move', confirm: 'move', cancel: 'move', enquire: 'enquire' },
  disbursements: { disburse: 'move', confirm: 'move', enquire: 'enquire' },
  reversals: { reverse: 'move', enquire: 'enquire' },
  receipts: { enquire: 'enquire' },
  parties: { find: 'ask' },
  quotes: { quote: 'ask' },
  balances: { ask: 'ask' },
  statements: { page: 'ask' },
  sessions: { find: 'ask' },
  registration: { register: 'ask' },
  callbacks: {},
  inbound: { tell: 'ask' },
} as const satisfies { readonly [C in Capability]: MethodsOf<C> };

export function purposeOf(capability: Capability, method: string): Purpose | undefined {
  const methods: Readonly<Record<string, Purpose>> = WATCHED_METHODS[capability];
  return Object.hasOwn(methods, method) ? methods[method] : undefined;
}
