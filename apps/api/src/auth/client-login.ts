import { isStorable } from '#domain';
import { type Client, Clients, isClientSecret } from '#gateway';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from '../problems/problem.js';
import { BoundedCache } from './bounded-cache.js';

/**
 * Wrong secrets that are put up with, per client id and source, and per source whatever the id. The second is wide:
 * behind a proxy that is not configured as trusted, everybody is one source.
 */
const WRONG_PER_CLIENT = { points: 10, duration: 60 };
const WRONG_PER_SOURCE = { points: 300, duration: 60 };

/** A browser sends client id and secret with every file of the documentation. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_LOGINS = 1_000;

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The address that the request comes from. */
  readonly source: string;
}

/** Tells a client by its id and secret. Whoever guesses is slowed down. */
@Injectable()
export class ClientLogin {
  private readonly wrongByClient = new RateLimiterMemory(WRONG_PER_CLIENT);
  private readonly wrongBySource = new RateLimiterMemory(WRONG_PER_SOURCE);
  private readonly remembered = new BoundedCache<Client>(REMEMBERED_LOGINS);

  constructor(
    private readonly clients: Clients,
    private readonly clock: SystemClock,
  ) {}

  /**
   * Null: no such client, a disabled one, or not its secret.
   * @throws Problem `rate-limited` after too many wrong secrets
   */
  async find({ clientId, clientSecret, source }: Credentials): Promise<Client | null> {
    const guess = `${clientId.slice(0, 64)} ${source}`;
    await this.refuseGuessing(guess, source);
    const client = isStorable(clientId) ? await this.clients.find(clientId) : null;
    const fits = await isClientSecret(clientSecret, client?.secretHash ?? null);
    if (client && fits && client.disabledAt === null) {
      await this.wrongByClient.delete(guess);
      return client;
    }
    await Promise.all([this.wrongByClient.penalty(guess), this.wrongBySource.penalty(source)]);
    return null;
  }

  /** The same, remembering success for a minute: for documentation, never for money. */
  async findOrRemember(credentials: Credentials): Promise<Client | null> {
    const now = this.clock.now().getTime();
    const key = hash('sha256', `${credentials.clientId}\n${credentials.clientSecret}`, 'hex');
    const known = this.remembered.get(key, now);
    if (known) return known;
    const client = await this.find(credentials);
    if (client) this.remembered.set(key, client, now + REMEMBERED_MS);
    return client;
  }

  private async refuseGuessing(guess: string, source: string): Promise<void> {
    const [byClient, bySource] = await Promise.all([
      this.wrongByClient.get(guess),
      this.wrongBySource.get(source),
    ]);
    for (const [wrong, { points }] of [
      [byClient, WRONG_PER_CLIENT],
      [bySource, WRONG_PER_SOURCE],
    ] as const) {
      if (!wrong || wrong.consumedPoints < points) continue;
      throw new Problem('rate-limited', {
        detail: 'too many wrong secrets',
        retryAfterS: wrong.msBeforeNext / 1000,
      });
    }
  }
}
