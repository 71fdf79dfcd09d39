import {
  type Capability,
  capabilitiesOf,
  type PartnerAdapter,
  type PartnerDescriptor,
} from '../port/adapter.js';
import { CallTime } from '../http/call-time.js';
import { AdapterFault, NoAnswer, NotReached, NotThereYet, OrderRefused } from '../port/errors.js';
import { type Order } from '../port/order.js';
import { type Declined, type Unknown } from '../port/outcome.js';
import { isUnreadable, outcomeOfFailure } from '../settle.js';
import { type FinishedCall } from './report.js';
import { type Purpose, purposeOf } from './watched-methods.js';

type Method = (...parameters: unknown[]) => unknown;

interface Place {
  readonly partner: string;
  readonly capability: Capability;
  /** The time that one call has. */
  readonly timeoutMs: number;
  readonly finished: (call: FinishedCall) => void;
}

/** The adapter with every call to its partner ended in time and told to `finished`: done once, for all partners alike. */
export function watchAdapter(
  adapter: PartnerAdapter,
  descriptor: PartnerDescriptor,
  watcher: Omit<Place, 'capability'>,
): PartnerAdapter {
  const watched = capabilitiesOf(adapter).map((capability) => [
    capability,
    watchCapability(adapter[capability] ?? {}, { ...watcher, capability }),
  ]);
  return Object.freeze({ descriptor, ...(Object.fromEntries(watched) as object) });
}

function watchCapability(capability: object, place: Place): object {
  const members = [...memberNames(capability)].map((name) => {
    const member: unknown = Reflect.get(capability, name);
    if (typeof member !== 'function') return [name, member];
    const bound = member.bind(capability) as Method;
    const purpose = purposeOf(place.capability, name);
    return [name, purpose ? watchMethod(bound, name, purpose, place) : bound];
  });
  return Object.freeze(Object.fromEntries(members) as object);
}

/** Its own members and those of its classes; what is undefined stays absent. */
function memberNames(target: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let level: unknown = target; isLevel(level); level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name !== 'constructor' && Reflect.get(target, name) !== undefined) names.add(name);
    }
  }
  return names;
}

const isLevel = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && value !== Object.prototype;

const watchMethod =
  (
    call: Method,
    method: string,
    purpose: Purpose,
    { partner, capability, timeoutMs, finished }: Place,
  ): Method =>
  async (...parameters) => {
    const begun = performance.now();
    const tell = (result: string, trouble?: FinishedCall['trouble']) => {
      const ms = performance.now() - begun;
      finished({ partner, capability, method, ms, result, purpose, subject: parameters[0], trouble });
    };
    const time = new CallTime(timeoutMs);
    try {
      const answer = await time.hold(() => call(...parameters));
      const isOwn = purpose !== 'move' && !time.hasWritten;
      tell(isOwn ? resultOfOwn(answer) : resultOf(answer), expectedTrouble(answer));
      return answer;
    } catch (error) {
      if (error instanceof OrderRefused && SUBMISSIONS.has(method) && !time.hasWritten) {
        tell(NOT_ASKED, { is: 'expected', error });
        return refusalOf(error, parameters[0] as Order);
      }
      const outcome = outcomeOfFailure(error);
      const trouble = { is: outcome ? 'expected' : 'fault', error } as const;
      if (purpose === 'ask') {
        tell(resultOfFailure(error), trouble);
        throw error;
      }
      tell(outcome?.is ?? 'error', trouble);
      return outcome ?? faultOutcome(capability, method, error);
    }
  };

/** What hands an order over. */
const SUBMISSIONS: ReadonlySet<string> = new Set(['collect', 'disburse', 'reverse']);

/** The adapter knew by itself: it says nothing of the partner. */
const NOT_ASKED = 'not-asked';

/** The set-up has changed since the order was taken in. Of a repeat, an earlier try may have arrived after all. */
const refusalOf = (refused: OrderRefused, { isRepeat }: Order): Declined | Unknown =>
  isRepeat
    ? { is: 'unknown', cause: refused }
    : {
        ...{ is: 'declined', reason: 'partner_misconfigured', moneyMoved: 'no' },
        partner: { code: 'order-refused', message: refused.message },
      };

/** What could not be sent was meant for the partner all the same, and what it refused us a token for is its word. */
function resultOfOwn(answer: unknown): string {
  const result = resultOf(answer);
  const isRefusedToken = result === 'unknown' && hasWord(answer);
  return result === 'notSent' || result === 'failed' || isRefusedToken ? result : NOT_ASKED;
}

const hasWord = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'partner' in answer && answer.partner !== undefined;

/** A fault while money is moved says nothing of the money. */
const faultOutcome = (capability: Capability, method: string, error: unknown) => ({
  is: 'unknown',
  cause: new AdapterFault(`${capability}.${method} failed`, { cause: error }),
});

function resultOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('is' in answer)) return 'answered';
  if ('cause' in answer && answer.cause instanceof NotThereYet) return 'not-there-yet';
  return typeof answer.is === 'string' ? answer.is : 'answered';
}

function resultOfFailure(error: unknown): string {
  if (error instanceof NotReached) return 'not-reached';
  return error instanceof NoAnswer || isUnreadable(error) ? 'no-answer' : 'error';
}

const expectedTrouble = (answer: unknown): FinishedCall['trouble'] =>
  typeof answer === 'object' && answer !== null && 'cause' in answer
    ? { is: 'expected', error: answer.cause }
    : undefined;
