import assert from 'node:assert/strict';
import { hurryPassingOn } from '../settle.js';
import { KEEPER, SCHEME, SWITCH } from '../settings.js';
import { type World } from '../world.js';

/** What the scheme's side saw of a payment to a customer of ours. */
export interface Incoming {
  readonly payee: string;
  readonly transferId: string;
  readonly state: string | null;
  readonly errorCode: string | null;
}

/** What became of it here. */
export interface Passage {
  readonly payee: string;
  readonly receipt: string;
  readonly receiptState: string;
  readonly feeMinor: number;
  readonly credit: string;
  readonly creditState: string;
  /** Nothing is to be done for it any more. */
  readonly isSettled: boolean;
  /** Kinds of the open discrepancies about the receipt. */
  readonly flags: readonly string[];
}

const AMOUNTS = { least: 500, most: 90_000 };
const SETTLED_MS = 25_000;

let serial = 0;

/** The scheme's name of a customer whom nobody has paid before; by the last two digits with a magic of the sandbox's. */
export function customer(ending = '70'): string {
  serial += 1;
  return `22175${String(serial).padStart(5, '0')}${ending}`;
}

export const customers = (count: number): readonly string[] =>
  Array.from({ length: count }, () => customer());

/** Who brings it: the scheme adapter, or the switch itself. */
export type Bringer = typeof SCHEME | typeof SWITCH;

/** Who brings it, and whatever else its sandbox may be told. */
export interface Bringing extends Readonly<Record<string, unknown>> {
  readonly by?: Bringer;
}

/** Somebody at another institution pays the customer. Resolves when the scheme has decided. */
export async function bring(
  { stack, random }: World,
  payee: string,
  { by = SCHEME, ...more }: Bringing = {},
): Promise<Incoming> {
  const told = await stack.sandbox.payUnasked(by, {
    payee: { idType: 'MSISDN', idValue: payee },
    amount: String(random.integer(AMOUNTS.least, AMOUNTS.most)),
    ...more,
  });
  return { ...(told as unknown as Incoming), payee };
}

const PASSAGES = `
  SELECT substr(r.payee_value, 2) AS payee, r.id AS receipt, r.state AS "receiptState",
    coalesce(r.fee_minor, 0)::int AS "feeMinor", c.id AS credit, c.state AS "creditState",
    r.state IN ('succeeded', 'failed') AND p.receipt_id IS NULL AS "isSettled",
    ARRAY(SELECT kind FROM discrepancies d WHERE d.operation_id = r.id AND d.settled_at IS NULL) AS flags
  FROM operations r JOIN operations c ON c.passes_on = r.id LEFT JOIN passing_on p ON p.receipt_id = r.id
  WHERE r.kind = 'receipt' AND r.partner = ANY ($1::text[]) AND r.payee_value = ANY ($2::text[])`;

export async function passages({ stack }: World, payees: readonly string[]): Promise<readonly Passage[]> {
  const numbers = payees.map((payee) => `+${payee}`);
  const { rows } = await stack.database.query<Passage>(PASSAGES, [[SCHEME, SWITCH], numbers]);
  return rows;
}

/** Resolves when nothing is left to be done for any of them. What was never announced has no passage. */
export async function passedOn(world: World, payees: readonly string[]): Promise<readonly Passage[]> {
  let found: readonly Passage[] = [];
  try {
    return await world.until(
      'the end of what was brought',
      async () => {
        await hurryPassingOn(world.stack.database);
        found = await passages(world, payees);
        return found.every(({ isSettled }) => isSettled) && found;
      },
      SETTLED_MS,
    );
  } catch (cause) {
    const left = found.filter(({ isSettled }) => !isSettled);
    const names = left.map(
      ({ receipt, receiptState, credit, creditState }) =>
        `receipt ${receipt} is ${receiptState}, its credit ${credit} ${creditState}`,
    );
    const message = `not passed on within ${SETTLED_MS / 1_000} s: ${names.slice(0, 3).join('; ')}`;
    throw new Error(message, { cause });
  }
}

/** What the customer got, by the books of the bank: credits less what was taken back. */
export async function credited({ stack }: World, payee: string): Promise<number> {
  const { entries } = await stack.sandbox.books(KEEPER);
  return entries
    .filter(({ party }) => party === `+${payee}`)
    .reduce((sum, { change }) => sum - Number(change), 0);
}

/** How often the customer was credited, whatever was taken back. */
export async function credits({ stack }: World, payee: string): Promise<number> {
  const { entries } = await stack.sandbox.books(KEEPER);
  return entries.filter(({ party, kind }) => party === `+${payee}` && kind === 'transfer').length;
}

/** What the scheme owes us for it, by its own books. */
export async function owed({ stack }: World, { transferId }: Pick<Incoming, 'transferId'>): Promise<number> {
  const books = await Promise.all([SCHEME, SWITCH].map((one) => stack.sandbox.books(one)));
  return books
    .flatMap(({ entries }) => entries)
    .filter(({ partnerReference, kind }) => partnerReference === transferId && kind === 'receipt')
    .reduce((sum, { change }) => sum + Number(change), 0);
}

/** Once everything is passed on, each customer has what the scheme owes, less the fee: once, or not at all. */
export async function assertEven(world: World, brought: readonly Incoming[]): Promise<readonly Passage[]> {
  const found = await passedOn(
    world,
    brought.map(({ payee }) => payee),
  );
  for (const incoming of brought) {
    const own = found.filter(({ payee }) => payee === incoming.payee);
    assert.ok(own.length <= 1, `${incoming.transferId} became ${own.length} receipts`);
    const [passage] = own;
    const fee = passage?.feeMinor ?? 0;
    const [got, due] = [await credited(world, incoming.payee), await owed(world, incoming)];
    const what = `${incoming.transferId}, ${incoming.state ?? 'unsent'} at the scheme, is ${passage?.receiptState ?? 'unheard of'}`;
    assert.equal(got === 0 ? 0 : got + fee, due, `${what}: credited is ${got}, owed ${due}`);
  }
  return found;
}
