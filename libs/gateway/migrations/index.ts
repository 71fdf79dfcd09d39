import { Foundation1763683200000 } from './0001-foundation.js';

/** In order; each is written once and never edited after a release. */
export const migrations = [Foundation1763683200000] as const;
