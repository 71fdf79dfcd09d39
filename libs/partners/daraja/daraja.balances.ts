import { isCurrency, Money } from '#domain';
import {
  type AccountBalance,
  type BalanceAnswer,
  type BalanceNotice,
  type Balances,
  plainDecimal,
  type RawCallback,
  readingCallback,
  settleEnquiry,
  UnreadableAnswer,
} from '#partner-kit';
import { type DarajaClient } from './daraja.client.js';
import { type Initiator, toBalanceBody } from './daraja.mapper.js';
import { questionOutcome } from './daraja.outcomes.js';
import { readResult } from './daraja.results.js';

interface Means {
  readonly client: DarajaClient;
  readonly initiator: Initiator;
  readonly shortCode: string;
  readonly callbackUrl: (path: string) => string;
}

/** Our accounts at M-Pesa; the answer comes as a result. */
export class DarajaBalances implements Balances {
  constructor(private readonly means: Means) {}

  async ask({ id }: { readonly id: string }): Promise<BalanceAnswer> {
    const { client, initiator, shortCode, callbackUrl } = this.means;
    const body = toBalanceBody(shortCode, initiator, {
      ResultURL: callbackUrl(`bal/result/${id}`),
      QueueTimeOutURL: callbackUrl(`bal/timeout/${id}`),
    });
    const outcome = await settleEnquiry(client.post('accountBalance', body), questionOutcome);
    if (outcome.is === 'answerFollows') return { is: 'answerFollows' };
    return {
      is: 'failed',
      cause: 'cause' in outcome ? outcome.cause : new Error('the question was refused'),
    };
  }
}

/** @throws UnreadableCallback */
export function readBalance(callback: RawCallback, question: string): BalanceNotice {
  const { word, parameters } = readResult(callback);
  const written = parameters.text('AccountBalance');
  if (word.code !== '0' || written === undefined) {
    return { is: 'balance', question, accounts: null, failure: `${word.code}: ${word.message}` };
  }
  return { is: 'balance', question, accounts: readingCallback(() => written.split('&').map(readAccount)) };
}

export const balanceTimedOut = (question: string): BalanceNotice => ({
  is: 'balance',
  question,
  accounts: null,
  failure: "the question expired in the partner's queue",
});

/** "Working Account|KES|25000.00|24000.00|1000.00|0.00": current, available, reserved, uncleared. May be below zero. */
function readAccount(line: string): AccountBalance {
  const [account = '', currency = '', current = '', available = ''] = line.split('|');
  if (account === '' || !isCurrency(currency))
    throw new UnreadableAnswer('an account has no name or currency');
  const read = (written: string): Money => {
    const decimal = plainDecimal(written);
    if (decimal === null) throw new UnreadableAnswer('a balance is no number');
    return Money.parseLenient(decimal, currency);
  };
  return { account, current: read(current), available: available === '' ? null : read(available) };
}
