import { type Audited, type PartnerSums } from './audit.js';

const HEADINGS = ['what was asked', 'state', 'receipt', 'in the partner’s books', 'events', 'verdict'];

const booksOf = ({ booked }: Audited): string =>
  booked.length === 0
    ? 'nothing'
    : booked.map(({ kind, amount, currency }) => `${kind} ${amount} ${currency}`).join(', ');

const rowOf = (audited: Audited): string[] => [
  audited.asked,
  audited.operation.state,
  audited.operation.receipt ?? '-',
  booksOf(audited),
  `${audited.told.length} told`,
  audited.wrong.length === 0 ? 'ok' : 'NOT OK',
];

/** Below each row what led there. */
function linesBelow({ life, wrong }: Audited): string[] {
  return [`    ${life.join(' → ')}`, ...wrong.map((objection) => `    NOT OK: ${objection}`)];
}

export function tableOf(audited: readonly Audited[]): string {
  const rows = audited.map(rowOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const body = audited.flatMap((one, index) => [line(rows[index] ?? []), ...linesBelow(one)]);
  return [line(HEADINGS), widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}

const decimal = (hundredths: bigint): string => {
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export const sumsLine = ({ partner, currency, operations, books, events }: PartnerSums): string =>
  `${partner}: by our operations ${decimal(operations)} ${currency}, by the partner’s books ${decimal(books)}, by the events told ${decimal(events)}`;

export const doesAgree = ({ operations, books, events }: PartnerSums): boolean =>
  operations === books && books === events;
