import { v7 } from 'uuid';
import { randomBytes } from './random.js';

/** A UUIDv7 of this moment: ids sort by the millisecond they were made in. */
export const newId = (now: Date): string => v7({ msecs: now.getTime(), random: randomBytes(16) });

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isId = (text: string): boolean => UUID_V7.test(text);

/** The smallest UUIDv7 of a moment: where a range of ids by time begins. */
export function lowestIdAt(moment: Date): string {
  const hex = Math.max(moment.getTime(), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
