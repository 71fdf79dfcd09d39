import { type FastifyRequest } from 'fastify';
import { wrongParameter } from '../body.js';
import { WaveRefusal } from '../refusal.js';

/** What a key was first used for and what came of it. */
interface Use<Result> {
  readonly body: string;
  readonly outcome: { readonly result: Result } | { readonly refusal: WaveRefusal } | undefined;
}

/** The first result of every idempotency key. */
export class IdempotencyKeys<Result> {
  readonly #uses = new Map<string, Use<Result>>();

  /**
   * Runs `act` the first time, afterwards gives its result again. A refusal for good is a result too; one to be
   * tried again (429, 5xx) leaves the key open for the same body.
   * @throws WaveRefusal when the header is missing or the key was used for another body.
   */
  once(request: FastifyRequest, act: (key: string) => Result): Result {
    const key = keyOf(request);
    const body = canonical(request.body);
    const use = this.#uses.get(key);
    if (use && use.body !== body) throw new WaveRefusal('idempotency-mismatch', { ofPayout: true });
    if (use?.outcome) return replay(use.outcome);
    this.#uses.set(key, { body, outcome: undefined });
    try {
      const result = act(key);
      this.#uses.set(key, { body, outcome: { result } });
      return result;
    } catch (error) {
      if (error instanceof WaveRefusal && error.status < 429)
        this.#uses.set(key, { body, outcome: { refusal: error } });
      throw error;
    }
  }

  /** Binds the outcome of a request whose answer will be an error although it was carried out. */
  keep(key: string, body: unknown, result: Result): void {
    this.#uses.set(key, { body: canonical(body), outcome: { result } });
  }

  forget(): void {
    this.#uses.clear();
  }
}

function replay<Result>(outcome: NonNullable<Use<Result>['outcome']>): Result {
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome.result;
}

function keyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') {
    throw wrongParameter('idempotency-key', 'field required', 'The idempotency-key header is required.');
  }
  if (key.length > 255) throw wrongParameter('idempotency-key', 'longer than 255 characters');
  return key;
}

/** The same for two bodies that differ only in spaces and in the order of their fields. */
function canonical(body: unknown): string {
  return JSON.stringify(body, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
