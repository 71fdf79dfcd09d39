import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type SandboxClock } from '../../../kit/clock.js';
import { readFields } from '../body.js';
import { isOfWalletCountry, mobile, payoutAmount, text } from '../fields.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { isNameless, scriptFor } from './magic.js';
import { sameName } from './names.js';
import { type Payouts } from './payouts.js';

/** `/v1/verify_recipient/`: may this number receive so much, and is the name right. Answers how to forget. */
export function recipientRoutes(
  scope: FastifyInstance,
  payouts: Payouts,
  { desk, settings }: WaveDesk,
): () => void {
  const checks = new CheckLimit(desk.clock);
  const Question = z.object({
    mobile,
    name: text(255),
    national_id: text(255),
    amount: payoutAmount(settings.currency).nullish(),
    currency: z.literal(settings.currency, `this wallet has ${settings.currency}`).nullish(),
  });

  const withinLimits = (number: string, amount: bigint | null | undefined): boolean | null => {
    if (amount === null || amount === undefined) return null;
    const script = scriptFor(number);
    return payouts.withinLimit(amount) && !('code' in script && script.code === 'recipient-limit-exceeded');
  };

  const answer = (body: unknown) => {
    const question = readFields(Question, body);
    if (!isOfWalletCountry(question.mobile, settings)) throw new WaveRefusal('country-mismatch');
    checks.count(question.mobile);
    const { recipientName, recipientNationalId } = settings;
    const known = !isNameless(question.mobile);
    return {
      within_limits: withinLimits(question.mobile, question.amount),
      name_match: matching(question.name, known, 'NAME_NOT_KNOWN', (name) => sameName(name, recipientName)),
      national_id_match: matching(
        question.national_id,
        known,
        'ID_NOT_KNOWN',
        (id) => id === recipientNationalId,
      ),
    };
  };

  for (const path of ['/v1/verify_recipient/', '/v1/verify_recipient'])
    scope.post(path, ({ body }) => answer(body));
  return () => {
    checks.forget();
  };
}

function matching(
  given: string | null | undefined,
  known: boolean,
  unknown: string,
  isRight: (given: string) => boolean,
) {
  if (given === null || given === undefined) return null;
  if (!known) return unknown;
  return isRight(given) ? 'MATCH' : 'NO_MATCH';
}

const checksPerWindow = 30;
const windowMs = 5 * 60_000;
const blockedMs = 60 * 60_000;

/** Thirty checks of one number in five minutes, then none of it for an hour. */
class CheckLimit {
  readonly #numbers = new Map<string, { since: number; count: number; blockedUntil: number }>();

  constructor(private readonly clock: SandboxClock) {}

  count(number: string): void {
    const now = this.clock.now().getTime();
    const seen = this.#numbers.get(number);
    const window =
      seen && now - seen.since < windowMs
        ? seen
        : { since: now, count: 0, blockedUntil: seen?.blockedUntil ?? 0 };
    window.count += 1;
    if (window.count > checksPerWindow && window.blockedUntil <= now) window.blockedUntil = now + blockedMs;
    this.#numbers.set(number, window);
    if (window.blockedUntil > now) throw new WaveRefusal('too-many-requests');
  }

  forget(): void {
    this.#numbers.clear();
  }
}
