import { type JsonObject, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { type Passage, type ToldLater } from './announcements.js';

/** More and more rarely, but never more rarely than this. */
const LONGEST_REST_S = 600;

/**
 * Nothing where it was asked for with another memo. $1 operation, $2 partner, $3 transfer, $4 memo,
 * $5 in how many milliseconds.
 */
const OWE = {
  name: 'inbound-answer-owe',
  text: `INSERT INTO inbound_answers AS a (operation_id, partner, transfer, memo, digest, due_at)
    VALUES ($1, $2, $3, $4, sha256(convert_to($4::jsonb::text, 'UTF8')), now() + make_interval(secs => $5::double precision / 1000))
    ON CONFLICT (operation_id) DO UPDATE SET memo = excluded.memo, tries = 0, owed_at = now(),
      said = NULL, told_at = NULL, due_at = least(a.due_at, excluded.due_at)
    WHERE a.digest = excluded.digest
    RETURNING operation_id`,
};

/** $1 partner, $2 at most, $3 lease in milliseconds. */
const CLAIM = {
  name: 'inbound-answer-claim',
  text: `WITH due AS MATERIALIZED (
    SELECT operation_id FROM inbound_answers WHERE partner = $1 AND due_at <= now()
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE inbound_answers a SET due_at = now() + make_interval(secs => $3::double precision / 1000)
    FROM due WHERE a.operation_id = due.operation_id RETURNING a.*
  )
  SELECT o.*, c.transfer AS told_transfer, c.memo AS told_memo, c.tries AS told_tries
  FROM claimed c JOIN operations o ON o.id = c.operation_id`,
};

const TAKEN = {
  name: 'inbound-answer-taken',
  text: `UPDATE inbound_answers SET due_at = NULL, memo = NULL, said = $2, told_at = now(), tries = tries + 1
    WHERE operation_id = $1`,
};

/** The rest doubles with every try. $1 operation, $2 the longest rest in seconds. */
const PUT_OFF = {
  name: 'inbound-answer-put-off',
  text: `UPDATE inbound_answers SET tries = tries + 1, due_at = now() + make_interval(secs => least(2 ^ least(tries, 20), $2))
    WHERE operation_id = $1 AND due_at IS NOT NULL`,
};

const DROP = {
  name: 'inbound-answer-drop',
  text: 'UPDATE inbound_answers SET due_at = NULL, memo = NULL WHERE operation_id = $1',
};

const LAST_ACTOR = {
  name: 'inbound-answer-last-actor',
  text: 'SELECT actor FROM transitions WHERE operation_id = $1 ORDER BY sequence DESC LIMIT 1',
};

/** An answer to a transfer that the partner has not taken yet. */
export interface OwedAnswer {
  /** The receipt, or the payment that its money was asked for by. */
  readonly operation: Operation;
  readonly transfer: string;
  readonly memo: JsonObject;
  readonly tries: number;
}

interface Row extends OperationRow {
  readonly told_transfer: string;
  readonly told_memo: JsonObject | null;
  readonly told_tries: number;
}

/** Which transfers a partner waits to hear of. Written with the announcement itself, and kept until the partner has taken it. */
@Injectable()
export class OwedAnswers {
  constructor(private readonly database: Database) {}

  /** The partner has asked, perhaps again. False: for something else under the same id. */
  async owe(
    partner: Partner,
    { receipt }: Passage,
    transfer: string,
    { memo, afterMs }: ToldLater,
  ): Promise<boolean> {
    const values = [receipt.id, partner.id, transfer, JSON.stringify(memo), afterMs];
    return (await this.database.query(OWE, values)).length > 0;
  }

  async claimDue({ id }: Partner, limit: number, leaseMs: number): Promise<readonly OwedAnswer[]> {
    const rows = await this.database.query<Row>(CLAIM, [id, limit, leaseMs]);
    return rows.map(({ told_transfer: transfer, told_memo: memo, told_tries: tries, ...row }) => ({
      ...{ operation: toOperation(row), transfer, memo: memo ?? {}, tries },
    }));
  }

  /** @param said for the books: "answered", or the objection */
  async taken(operation: string, said: string): Promise<void> {
    await this.database.execute(TAKEN, [operation, said]);
  }

  async putOff(operation: string): Promise<void> {
    await this.database.execute(PUT_OFF, [operation, LONGEST_REST_S]);
  }

  /** Nobody waits for it any more. */
  async drop(operation: string): Promise<void> {
    await this.database.execute(DROP, [operation]);
  }

  /** Who moved the operation last. */
  async lastActor(operation: string): Promise<string | null> {
    const [row] = await this.database.query<{ actor: string }>(LAST_ACTOR, [operation]);
    return row?.actor ?? null;
  }
}
