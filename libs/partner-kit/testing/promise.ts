import { it } from '@jest/globals';
import { type PartnerAdapter } from '../port/adapter.js';
import { type PartnerSetUp } from './contract.js';
import { type Stage } from './stage.js';

/** What every group of promises is given. */
export interface Contract {
  /** The adapter's folder in libs/partners. */
  readonly name: string;
  readonly setUp: PartnerSetUp;
  /** What the adapter can do: decides which promises there are. Talks to nobody. */
  readonly adapter: PartnerAdapter;
  /** Only inside a test. */
  stage(): Stage;
}

/** Where somebody who writes an adapter has to look, by what is missing. */
export interface Hint {
  readonly file: 'adapter' | 'client' | 'mapper' | 'callbacks' | 'contract.spec';
  readonly advice: string;
}

/** One promise of the port, as a test. Where it is broken, the message begins with what to fill in. */
export function promise(
  { name }: Contract,
  title: string,
  { file, advice }: Hint,
  hold: () => Promise<void> | void,
): void {
  it(title, async () => {
    try {
      await hold();
    } catch (error) {
      throw advised(`libs/partners/${name}/${name}.${file}.ts: ${advice}`, error);
    }
  });
}

/** The failure as it was, with the advice in front of its message. */
function advised(advice: string, failure: unknown): Error {
  const { message, stack = '' } = failure instanceof Error ? failure : new Error(String(failure));
  const better = new Error(`${advice}\n\n${message}`);
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  better.stack = [`Error: ${better.message}`, ...frames].join('\n');
  return better;
}

/** What the contract spec has to give since the adapter has that capability. An empty list is not given. */
export function given<T>(value: T | undefined, what: string, since = 'the suite needs it'): T {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    throw new Error(`the contract spec gives no \`${what}\`: ${since}`);
  }
  return value;
}
