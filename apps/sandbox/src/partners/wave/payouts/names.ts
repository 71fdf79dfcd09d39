const threshold = 0.65;

/** Whether two spellings are taken for one name: accents, case and the order of the words do not matter. */
export function sameName(one: string, other: string): boolean {
  return jaroWinkler(folded(one), folded(other)) >= threshold;
}

const folded = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');

/** Similarity from 0 to 1, better for a common beginning of up to four letters (scale 0.1). */
export function jaroWinkler(one: string, other: string): number {
  const jaro = jaroSimilarity(one, other);
  let common = 0;
  while (common < 4 && common < one.length && one[common] === other[common]) common += 1;
  return jaro + common * 0.1 * (1 - jaro);
}

function jaroSimilarity(one: string, other: string): number {
  if (one === other) return 1;
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const taken = new Set<number>();
  const matched = Array.from(one).filter((letter, at) => {
    const partner = partnerOf(letter, at, other, reach, taken);
    if (partner !== undefined) taken.add(partner);
    return partner !== undefined;
  });
  if (matched.length === 0) return 0;
  const theirs = [...taken].sort((a, b) => a - b).map((at) => other[at]);
  const swapped = matched.filter((letter, at) => letter !== theirs[at]).length / 2;
  const count = matched.length;
  return (count / one.length + count / other.length + (count - swapped) / count) / 3;
}

function partnerOf(letter: string, at: number, other: string, reach: number, taken: ReadonlySet<number>) {
  const last = Math.min(other.length - 1, at + reach);
  for (let place = Math.max(0, at - reach); place <= last; place += 1) {
    if (!taken.has(place) && other[place] === letter) return place;
  }
  return undefined;
}
