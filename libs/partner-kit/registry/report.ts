import { maskParty, type Party } from '#domain';
import { type Capability } from '../port/adapter.js';
import { type Purpose } from './watched-methods.js';

/** One call of an adapter, as a metric counts it. */
export interface PartnerCall {
  readonly partner: string;
  readonly capability: Capability;
  readonly method: string;
  readonly ms: number;
  /** An outcome's `is`; or `answered`, `not-reached`, `no-answer`, `error`; `not-there-yet` for an `unknown` that is no trouble, `not-asked` for what the adapter knew by itself. */
  readonly result: string;
}

/** Where the kit writes its log lines; a pino logger is one. */
export interface PartnerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A call that is over, and what it was called with. */
export interface FinishedCall extends PartnerCall {
  readonly purpose: Purpose;
  readonly subject: unknown;
  /** Why there is no good answer: an expected reason, or a fault of the adapter. */
  readonly trouble?: { readonly is: 'expected' | 'fault'; readonly error: unknown } | undefined;
}

const WORTH_A_WARNING: readonly string[] = ['unknown', 'notSent', 'failed', 'not-reached', 'no-answer'];

/** One line per call: which operation, a masked party, how it ended. Never an amount, a code, an answer. */
export function logCall(log: PartnerLog, call: FinishedCall): void {
  const { partner, capability, method, result, ms, trouble } = call;
  const fields = { partner, capability, method, result, ms: Math.round(ms), ...subjectOf(call) };
  if (trouble?.is === 'fault') {
    log.error({ ...fields, fault: describeFault(trouble.error) }, 'the adapter failed');
  } else {
    log[levelOf(call)]({ ...fields, ...causeOf(trouble?.error) }, 'partner call');
  }
}

function levelOf({ purpose, result }: FinishedCall): 'debug' | 'info' | 'warn' {
  // Money that was to move, and was not sent: the set-up has changed.
  if (WORTH_A_WARNING.includes(result) || (purpose === 'move' && result === 'not-asked')) return 'warn';
  return purpose === 'move' ? 'info' : 'debug';
}

function subjectOf({ purpose, subject }: FinishedCall): object {
  if (typeof subject !== 'object' || subject === null) return {};
  const { id, payer, payee, party } = subject as Readonly<Record<string, unknown>>;
  const who = party ?? payee ?? payer;
  return {
    // The id of a balance question is a secret while it waits for its answer.
    ...(purpose !== 'ask' && typeof id === 'string' ? { operation: id } : {}),
    ...(isParty(who) ? { party: { type: who.type, value: maskParty(who).value } } : {}),
  };
}

const isParty = (value: unknown): value is Party =>
  typeof value === 'object' && value !== null && 'type' in value && 'value' in value;

const causeOf = (error: unknown): object =>
  error instanceof Error ? { cause: `${error.name}: ${error.message}` } : {};

/** Its name and where it happened. Not its message: a foreign library's may hold a piece of an answer. */
function describeFault(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, at: frames.slice(0, 8).map((line) => line.trim()) };
}
