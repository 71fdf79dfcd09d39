import { EXPLAINS_MISPASSED, EXPLAINS_UNCREDITED, isExplained } from './flags.js';
import { type Ledger, type Movement, type Story } from './money.js';

/** Everything that goes by one of the partner's own names: receipts, and the credits that pass them on. */
interface Passing {
  readonly name: string;
  readonly receipts: Story[];
  readonly credits: Story[];
  owed: bigint;
}

const sumOf = (movements: readonly Movement[]): bigint =>
  movements.reduce((sum, { minor }) => sum + minor, 0n);

/** By the name that the partner gave them, whatever was made of it here. */
function passingsOf({ stories, orphans }: Ledger): readonly Passing[] {
  const credits = new Map<string, Story[]>();
  for (const story of stories) {
    const { passesOn } = story.operation;
    if (passesOn !== null) credits.set(passesOn, [...(credits.get(passesOn) ?? []), story]);
  }
  const found = new Map<string, Passing>();
  for (const story of stories) {
    const { id, partner, partnerReference } = story.operation;
    const own = credits.get(id);
    if (!own || partnerReference === null) continue;
    const name = `${partnerReference} of ${partner}`;
    const passing = found.get(name) ?? { name, receipts: [], credits: [], owed: 0n };
    passing.receipts.push(story);
    passing.credits.push(...own);
    passing.owed += sumOf(story.movements);
    found.set(name, passing);
  }
  for (const { partner, entry, minor } of orphans) {
    const passing = found.get(`${entry.partnerReference} of ${partner}`);
    if (passing && entry.kind === 'receipt') passing.owed += minor;
  }
  return [...found.values()];
}

/** By what says that the customer has too much, or too little, whichever it is. */
function isFlagged({ receipts, credits, owed }: Passing, due: bigint): boolean {
  const explains = owed < due ? EXPLAINS_MISPASSED : EXPLAINS_UNCREDITED;
  const concerned = [...receipts, ...credits].flatMap(({ operation, reversals }) => [
    operation,
    ...reversals,
  ]);
  return concerned.some((operation) => isExplained(operation, explains));
}

/** @returns a sentence for each movement of which a customer has another amount than the partner owes, less our fee */
export function findMispassed(ledger: Ledger): readonly string[] {
  return passingsOf(ledger).flatMap((passing) => {
    const { name, receipts, credits, owed } = passing;
    const credited = credits.reduce(
      (sum, { movements, givenBack }) => sum + sumOf(movements) - sumOf(givenBack),
      0n,
    );
    const fee = receipts[0]?.operation.feeMinor ?? 0n;
    const due = credited === 0n ? 0n : credited + fee;
    return owed === due || isFlagged(passing, due)
      ? []
      : [
          `for ${name} its books owe us ${owed} in minor units, credited is ${credited} and the fee is ${fee}`,
        ];
  });
}

/** Yes was said to a movement of which nothing is written down: a switch that is told later settles by nothing else. */
export const findUnannouncedAt = (theSwitch: string, { orphans }: Ledger): readonly string[] =>
  orphans
    .filter(({ partner, entry }) => partner === theSwitch && entry.kind === 'receipt')
    .map(({ entry }) => `${theSwitch} has settled ${entry.partnerReference}, and there is no receipt`);

/** The same, where the books name an operation of ours, which is not there. */
export const findUnannounced = (scheme: string, { orphans }: Ledger): readonly string[] =>
  orphans
    .filter(({ partner, entry }) => partner === scheme && entry.kind === 'receipt' && entry.reference !== '')
    .map(
      ({ entry }) =>
        `${entry.partnerReference} of ${scheme} was answered with ${entry.reference}, which is not there`,
    );
