import { fewOf, type Invariant } from './invariant.js';
import { type Ledger, readLedger, type Story } from './money.js';

const sumOf = (movements: readonly { readonly minor: bigint }[]): bigint =>
  movements.reduce((sum, { minor }) => sum + minor, 0n);

const nameOf = ({ operation: { kind, id, partner } }: Story): string => `${kind} ${id} at ${partner}`;

/** @returns a sentence for each operation whose money moved more than once, or came back more than it went */
export function findMovedTwice({ stories }: Ledger): readonly string[] {
  return stories.flatMap((story) => {
    const { movements, givenBack } = story;
    const receipts = movements.map(({ entry }) => entry.receipt ?? entry.partnerReference).join(', ');
    return [
      ...(movements.length > 1 ? [`${nameOf(story)} moved ${movements.length} times: ${receipts}`] : []),
      ...(givenBack.length > 0 && sumOf(givenBack) > sumOf(movements)
        ? [`of ${nameOf(story)} ${sumOf(givenBack)} was given back, ${sumOf(movements)} had been paid`]
        : []),
    ];
  });
}

export const movedOnce: Invariant = {
  id: 'I1',
  title: 'at most one effective movement per operation, and never more given back than was paid',
  check: async (evidence) => fewOf(findMovedTwice(await readLedger(evidence))),
};
