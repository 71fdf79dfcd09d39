import { type Scenario } from '../world.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [];
