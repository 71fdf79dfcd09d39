import { type Subject } from '../../kit/faults.js';
import { formatShillings } from './cents.js';
import { type PromptScript } from './magic.js';
import { type Organization } from './organization.js';

export interface PromptOrder {
  readonly organization: Organization;
  readonly msisdn: string;
  readonly cents: bigint;
  readonly callbackUrl: string;
  readonly reference: string;
  /** A result that the request itself brings about, whoever the payer is. */
  readonly doomed: string | undefined;
  readonly script: PromptScript;
}

/** One question on one payer's phone. */
export interface Prompt extends PromptOrder {
  readonly checkoutId: string;
  readonly merchantId: string;
  readonly startedAt: Date;
  /** Undefined while the payer has not answered. */
  result?: string;
  /** How often the query was asked about it. */
  polls: number;
}

/** What the faults of its callback are matched against. */
export function aboutPrompt({ callbackUrl, reference, checkoutId, msisdn, cents }: Prompt): Subject {
  return {
    path: new URL(callbackUrl).pathname,
    reference: [reference, checkoutId],
    party: msisdn,
    amount: formatShillings(cents),
  };
}
