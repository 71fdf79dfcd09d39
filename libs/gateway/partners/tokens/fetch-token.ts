import { type FreshToken, NoAnswer, NotReached, UnmappedAnswer, UnreadableAnswer } from '#partner-kit';
import { DatabaseUnavailable } from '#platform';

/** What leaves us without a token while nobody refused one. */
const NO_TOKEN = [NoAnswer, UnmappedAnswer, UnreadableAnswer, DatabaseUnavailable];

/**
 * No answer from the token's address is not "no answer" to the request that the token was for: that one never left.
 * A refusal, and a fault of the adapter, stay what they are.
 */
export function neverLeft(error: unknown): Error {
  if (NO_TOKEN.some((kind) => error instanceof kind))
    return new NotReached('no token could be had', { cause: error });
  return error instanceof Error ? error : new Error('fetching a token failed', { cause: error });
}

/** @throws NotReached when it takes longer; what it brings afterwards is dropped. */
export async function fetchWithin(fetch: () => Promise<FreshToken>, ms: number): Promise<FreshToken> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NotReached('no token: fetching one took too long'));
    }, ms);
  });
  try {
    return await Promise.race([fetch(), late]);
  } finally {
    clearTimeout(timer);
  }
}
