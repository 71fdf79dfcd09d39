import { formatCents } from './cents.js';
import { nameOf } from './customers.js';
import { statementTime } from './eat.js';
import { type Transaction } from './ledger.js';
import { type Organization } from './organization.js';

const columns = [
  ...['Receipt No.', 'Completion Time', 'Initiation Time', 'Details', 'Transaction Status', 'Paid In'],
  ...[
    'Withdrawn',
    'Balance',
    'Balance Confirmed',
    'Reason Type',
    'Other Party Info',
    'Linked Transaction ID',
  ],
  'A/C No.',
];

/** The organisation portal's export: newest first, thirteen columns after a short preamble. */
export function statementCsv(organization: Organization, completed: readonly Transaction[]): string {
  const lines = [
    ['Organization Name', organization.name.toUpperCase()],
    ['Short Code', organization.number],
    [],
    columns,
    ...completed.toReversed().flatMap(rows),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function rows(transaction: Transaction): string[][] {
  const { change = 0n, balanceAfter = 0n, fee = 0n } = transaction;
  const main = row(transaction, describe(transaction), change, grouped(balanceAfter));
  if (fee === 0n) return [main];
  const charge = { details: 'Business Payment Charge', reason: 'Business Payment Charge', account: '' };
  return [row(transaction, charge, -fee, ''), main];
}

interface Description {
  readonly details: string;
  readonly reason: string;
  readonly account: string;
}

function row(transaction: Transaction, what: Description, change: bigint, balance: string): string[] {
  const { receipt = '', finalisedAt, initiatedAt, original = '' } = transaction;
  return [
    receipt,
    statementTime(finalisedAt ?? initiatedAt),
    statementTime(initiatedAt),
    what.details,
    'Completed',
    change > 0n ? grouped(change) : '',
    change < 0n ? grouped(change) : '',
    balance,
    'true',
    what.reason,
    otherParty(transaction),
    original,
    what.account,
  ];
}

function describe(transaction: Transaction): Description {
  const { kind, organization, reference, original = '' } = transaction;
  const other = otherParty(transaction);
  switch (kind) {
    case 'c2b':
      return organization.kind === 'store'
        ? {
            details: `Customer Merchant Payment from ${other}`,
            reason: 'Customer Buy Goods Online',
            account: '',
          }
        : {
            details: `Pay Bill from ${other} Acc. ${reference}`,
            reason: 'Pay Bill Online',
            account: reference,
          };
    case 'b2c':
      return { details: `Business Payment to ${other}`, reason: 'Business Payment to Customer', account: '' };
    case 'b2b':
      return {
        details: `Business Pay Bill to ${other} Acc. ${reference}`,
        reason: 'Business Pay Bill',
        account: reference,
      };
    case 'reversal':
      return { details: `Reversal of ${original}`, reason: 'Transaction Reversal', account: '' };
  }
}

function otherParty({ kind, party }: Transaction): string {
  if (kind === 'b2b') return `${party} - Business ${party}`;
  const { first, last } = nameOf(party);
  return `${party.slice(0, 4)}****${party.slice(-4)} - ${first} ${last}`;
}

const grouped = (cents: bigint): string => formatCents(cents).replace(/\B(?=(\d{3})+\.)/g, ',');

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
