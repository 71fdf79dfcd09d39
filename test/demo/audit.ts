import { setTimeout as sleep } from 'node:timers/promises';
import type { BookEntry } from '#partner-kit/testing';
import { type GatewayClient, type TimelineEntry } from '../support/gateway-client.js';
import { type Books } from '../support/sandbox-controls.js';
import { type Guide, type Visit } from './tour.js';

const TOLD_WITHIN_MS = 5_000;
const PAUSE_MS = 200;

/** One visit held against the partner's books and what was told to the outside. */
export interface Audited extends Visit {
  readonly life: readonly string[];
  /** Types of the events that were told, in order. */
  readonly told: readonly string[];
  readonly booked: readonly BookEntry[];
  readonly wrong: readonly string[];
}

/** The same sum three times over, in hundredths of the currency. */
export interface PartnerSums {
  readonly partner: string;
  readonly currency: string;
  readonly operations: bigint;
  readonly books: bigint;
  readonly events: bigint;
}

const hundredths = (decimal: string): bigint => {
  const [, whole = '0', cents = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(decimal) ?? [];
  return BigInt(whole + cents.padEnd(2, '0'));
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Money towards us counts up, money from us counts down. */
const signed = (kind: string, amount: string): bigint =>
  kind === 'payment' || kind === 'receipt' ? hundredths(amount) : -hundredths(amount);

/** The story of an operation once all of it has been told, or as it stands when patience ends. */
async function toldStory(client: GatewayClient, id: string): Promise<readonly TimelineEntry[]> {
  const until = performance.now() + TOLD_WITHIN_MS;
  for (;;) {
    const story = await client.timeline(id);
    const isTold = story.every(({ type, publishedAt }) => type !== 'event' || publishedAt !== null);
    if (isTold || performance.now() > until) return story;
    await sleep(PAUSE_MS);
  }
}

function entriesOf({ operation, references, bookedAs }: Visit, { entries }: Books): BookEntry[] {
  const names = new Set([...references, operation.id]);
  const own = new Set([operation.receipt, operation.partnerReference]);
  return entries.filter(
    ({ kind, reference, receipt, partnerReference }) =>
      kind === (bookedAs ?? operation.kind) &&
      (names.has(reference) || own.has(receipt ?? partnerReference) || own.has(partnerReference)),
  );
}

function compare(visit: Visit, audited: Pick<Audited, 'life' | 'told' | 'booked'>): string[] {
  const { operation, expected, through = [], objections = [] } = visit;
  const { life, told, booked } = audited;
  const movements = expected === 'succeeded' ? 1 : 0;
  const [entry] = booked;
  const missing = through.filter((state) => !life.includes(state));
  const events = life.map((state) => `${operation.kind}.${state}`);
  return [
    ...objections,
    ...(operation.state === expected ? [] : [`it is ${operation.state}, not ${expected}`]),
    ...(missing.length === 0 ? [] : [`it never was ${missing.join(', ')}`]),
    ...(booked.length === movements ? [] : [`${booked.length} movements in the books, not ${movements}`]),
    ...(!entry || hundredths(entry.amount) === hundredths(operation.amount.value)
      ? []
      : [`the books say ${entry.amount}`]),
    ...(events.join() === told.join() ? [] : [`told: ${told.join(', ')}`]),
  ];
}

/** Holds a visit against the books, its transitions and its events. */
export async function audit({ client }: Guide, visit: Visit, books: Books): Promise<Audited> {
  const story = await toldStory(client, visit.operation.id);
  const life = story.flatMap(({ type, to }) => (type === 'transition' ? [String(to)] : []));
  const told = story.flatMap(({ type, event, publishedAt }) =>
    type === 'event' && publishedAt !== null ? [String(event)] : [],
  );
  const booked = entriesOf(visit, books);
  return { ...visit, life, told, booked, wrong: compare(visit, { life, told, booked }) };
}

/** What moved by our operations, by the partner's books, and by the events that said so. */
export function sumsOf(partner: string, audited: readonly Audited[]): PartnerSums {
  const own = audited.filter(({ operation }) => operation.partner === partner);
  const amountOf = ({ operation: { kind, amount } }: Audited): bigint => signed(kind, amount.value);
  const entries = own.flatMap(({ booked }) => booked);
  const distinct = new Map(entries.map((entry) => [`${entry.kind} ${entry.partnerReference}`, entry]));
  return {
    partner,
    currency: own[0]?.operation.amount.currency ?? '',
    operations: sum(own.filter(({ operation }) => operation.state === 'succeeded').map(amountOf)),
    books: sum([...distinct.values()].map(({ kind, amount }) => signed(kind, amount))),
    events: sum(
      own.flatMap((one) => one.told.filter((type) => type.endsWith('.succeeded')).map(() => amountOf(one))),
    ),
  };
}
