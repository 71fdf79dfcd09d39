import { type Config } from '#platform';

/** Only the first `wait` counts; anything else in the header is none of our business. Source: RFC 7240, section 4.3. */
const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=$|[,;])/i;

/** How long the answer may be held, in seconds, and never longer than configured. Null: not asked for. */
export function waitSecondsOf(
  prefer: string | string[] | undefined,
  { api }: Pick<Config, 'api'>,
): number | null {
  if (prefer === undefined) return null;
  const [, seconds] = WAIT.exec([prefer].flat().join(',')) ?? [];
  if (seconds === undefined) return null;
  return Math.min(Number(seconds), Math.floor(api.waitMaxMs / 1000));
}
