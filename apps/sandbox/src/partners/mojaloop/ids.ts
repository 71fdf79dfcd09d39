import { randomUUID } from 'node:crypto';
import { randomText } from '../../kit/ids.js';
import { type MojaloopSettings } from './settings.js';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/** What names a transfer, a quote, a conversion. */
export interface Ids {
  readonly pattern: RegExp;
  create(now: Date): string;
}

export const idsOf = ({ imitates }: MojaloopSettings): Ids =>
  imitates === '18.0.2'
    ? { pattern: new RegExp(`^${uuid}$`), create: () => randomUUID() }
    : { pattern: new RegExp(`^${uuid}$|^[0-9A-HJKMNP-TV-Z]{26}$`), create: ulid };

/** 48 bits of time and 80 of chance, in 26 characters. */
function ulid(now: Date): string {
  let rest = now.getTime();
  let time = '';
  for (let i = 0; i < 10; i += 1) {
    time = crockford.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + randomText(16, crockford);
}
