import { isId, Money, type MoneyJson } from '#domain';
import { type AccountBalance } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';

/** A question for a partner's balances, and its answer once there is one. */
export interface BalanceReading {
  readonly id: string;
  readonly partner: string;
  readonly askedAt: Date;
  readonly answeredAt: Date | null;
  /** Null until it is answered, and where that failed. */
  readonly accounts: readonly AccountBalance[] | null;
  readonly failure: string | null;
}

/** What answers a question: balances, or why there are none. */
export interface BalanceTold {
  readonly accounts: readonly AccountBalance[] | null;
  readonly failure?: string | undefined;
}

interface ReadingRow {
  id: string;
  partner: string;
  asked_at: Date;
  answered_at: Date | null;
  accounts: { account: string; current: MoneyJson; available: MoneyJson | null }[] | null;
  failure: string | null;
}

const OPEN = {
  name: 'balance-open',
  text: 'INSERT INTO balance_readings (id, partner) VALUES ($1, $2) RETURNING *',
};

const ANSWER = {
  name: 'balance-answer',
  text: `UPDATE balance_readings SET answered_at = now(), accounts = $2::jsonb, failure = $3
    WHERE id = $1 AND answered_at IS NULL RETURNING *`,
};

const ANSWERED = {
  name: 'balance-answered',
  text: 'SELECT * FROM balance_readings WHERE id = ANY($1::uuid[]) AND answered_at IS NOT NULL',
};

/** An answer may come long after its question: a reading is dated by its answer, and found by its question. */
const LATEST = {
  name: 'balance-latest',
  text: `SELECT * FROM balance_readings
    WHERE partner = $1 AND asked_at > now() - interval '10 minutes'
      AND (accounts IS NOT NULL AND answered_at > now() - $2 * interval '1 millisecond'
        OR answered_at IS NULL AND asked_at > now() - $3 * interval '1 millisecond')
    ORDER BY answered_at DESC NULLS LAST, asked_at DESC LIMIT 1`,
};

const toMoney = ({ value, currency }: MoneyJson): Money => Money.parse(value, currency);

function toReading({ id, partner, asked_at, answered_at, accounts, failure }: ReadingRow): BalanceReading {
  const told = accounts?.map(({ account, current, available }) => ({
    account,
    current: toMoney(current),
    available: available && toMoney(available),
  }));
  return { id, partner, askedAt: asked_at, answeredAt: answered_at, accounts: told ?? null, failure };
}

/** The table `balance_readings`: what partners were asked for, and what they answered. */
@Injectable()
export class BalanceReadings {
  constructor(private readonly database: Database) {}

  /** Written before the partner is asked, since its answer may overtake ours. */
  async open(id: string, partner: string): Promise<BalanceReading> {
    const [row] = await this.database.query<ReadingRow>(OPEN, [id, partner]);
    if (!row) throw new Error('the question for a balance was not written');
    return toReading(row);
  }

  /** The reading, or null where there is no such question or it has been answered. */
  async answer(question: string, { accounts, failure }: BalanceTold): Promise<BalanceReading | null> {
    if (!isId(question)) return null;
    const [row] = await this.database.query<ReadingRow>(ANSWER, [
      question,
      accounts && JSON.stringify(accounts),
      accounts ? null : (failure ?? 'the partner gave no reason'),
    ]);
    return row ? toReading(row) : null;
  }

  /** Those of the questions that have been answered. */
  async answeredAmong(questions: readonly string[]): Promise<readonly BalanceReading[]> {
    return (await this.database.query<ReadingRow>(ANSWERED, [questions])).map(toReading);
  }

  /** The newest balances if fresh enough, otherwise a question that is still waiting for its answer. */
  async latest(partner: string, freshForMs: number, waitingForMs: number): Promise<BalanceReading | null> {
    const [row] = await this.database.query<ReadingRow>(LATEST, [partner, freshForMs, waitingForMs]);
    return row ? toReading(row) : null;
  }
}
