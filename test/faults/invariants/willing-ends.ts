import { fewOf, type Invariant } from './invariant.js';

export const willingEnds: Invariant = {
  id: 'I9',
  title: 'no process ends unless it is told to, and then as it is told',
  check: ({ newUnaskedEnds }) => Promise.resolve(fewOf(newUnaskedEnds())),
};
