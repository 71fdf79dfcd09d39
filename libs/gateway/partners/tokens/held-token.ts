import { type FreshToken } from '#partner-kit';
import { type SealedToken } from './seal.js';

/** A token in the hands of this process. Times in milliseconds since 1970. */
export interface HeldToken extends SealedToken {
  /** From then on somebody fetches the next one, while this one is still used. */
  readonly refreshAt: number;
  /** From then on it is not used any more: it might end on its way. */
  readonly usableUntil: number;
}

const REFRESH_AHEAD_MS = 30_000;
const MARGIN_MS = 2_000;

/** The next one is fetched when a tenth of its life is left; at least 30 seconds, at most half of its life. */
export function hold(token: SealedToken): HeldToken {
  const lifeMs = Math.max(token.expiresAt - token.fetchedAt, 0);
  return {
    ...token,
    refreshAt: token.expiresAt - Math.min(Math.max(lifeMs / 10, REFRESH_AHEAD_MS), lifeMs / 2),
    usableUntil: token.expiresAt - Math.min(MARGIN_MS, lifeMs / 20),
  };
}

export const holdFresh = ({ value, expiresAt }: FreshToken, now: Date): HeldToken =>
  hold({ value, fetchedAt: now.getTime(), expiresAt: expiresAt.getTime() });
