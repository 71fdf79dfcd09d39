/** What a client may be allowed to do. */
export const SCOPES = {
  'payments:write': 'Collect money from payers',
  'transfers:write': 'Pay money out to payees',
  'operations:read': 'See the client’s own operations',
  'operations:write': 'Confirm or cancel the client’s own operations',
  'reversals:write': 'Give money back, wholly or partly',
  'receipts:read': 'See money that came in unasked',
  'parties:read': 'Ask who somebody is, and see telephone and account numbers in full',
  'partners:read': 'See the partners and what they can do',
  'partners:write': 'Register our addresses with a partner',
  'balances:read': 'Ask a partner for the balance of our account',
  'statements:read': 'Read a partner’s own account of what moved',
  'discrepancies:read': 'See disagreements that wait to be settled',
  'docs:read': 'Read this documentation',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);
