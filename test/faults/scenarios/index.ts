import { type Scenario } from '../world.js';
import { calm } from './calm.js';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [calm];
