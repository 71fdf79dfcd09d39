import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { CONFIG, type Config } from '../config.js';
import { Problem } from '../problems/problem.js';
import { type Caller } from './caller.js';

const WINDOW_S = 1;

/** How many requests a client may send per second to this process. */
@Injectable()
export class RateLimit {
  /** One for each limit that clients have: few, whatever the number of clients. */
  private readonly limiters = new Map<number, RateLimiterMemory>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws Problem `rate-limited` */
  async count({ clientId, rateLimitPerSecond }: Caller, reply: FastifyReply): Promise<void> {
    const limit = rateLimitPerSecond ?? this.config.api.rateLimitPerSecond;
    try {
      const { remainingPoints, msBeforeNext } = await this.limiterOf(limit).consume(clientId);
      void reply.headers(headersOf(limit, remainingPoints, msBeforeNext));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const { msBeforeNext } = error;
      throw new Problem('rate-limited', {
        detail: `this client may send ${limit} requests per second`,
        retryAfterS: msBeforeNext / 1000,
        headers: headersOf(limit, 0, msBeforeNext),
      });
    }
  }

  private limiterOf(limit: number): RateLimiterMemory {
    const known = this.limiters.get(limit);
    if (known) return known;
    const limiter = new RateLimiterMemory({ points: limit, duration: WINDOW_S, keyPrefix: '' });
    this.limiters.set(limit, limiter);
    return limiter;
  }
}

/** Source: draft-ietf-httpapi-ratelimit-headers-10. */
const headersOf = (limit: number, left: number, msBeforeNext: number): Record<string, string> => ({
  'ratelimit-policy': `"client";q=${limit};w=${WINDOW_S}`,
  ratelimit: `"client";r=${left};t=${Math.ceil(msBeforeNext / 1000)}`,
});
