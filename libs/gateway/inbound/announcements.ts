import { type Failure, failure, type Money, newId, type OperationState, type Party } from '#domain';
import { type JsonObject, type Partner, PartnerRegistry } from '#partner-kit';
import { currentContext, Database, type Queryable, SystemClock, toTraceparent } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Finding, findingRow, settledWith } from '../discrepancies/discrepancies.js';
import { holdOperations } from '../operations/hold.js';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';

/** A movement that a partner announces, with what we had offered for it. */
export interface Announcement {
  /** The partner's id of the movement. */
  readonly transfer: string;
  /** The name that the offer knows it by, where it is another one. */
  readonly quotedAs: string;
  /** What the partner owes us, once it is final. */
  readonly sends: Money;
  /** What our customer is credited with. */
  readonly receives: Money;
  readonly fee: Money | null;
  readonly payer: Party | null;
  readonly payee: Party;
  readonly description: string | null;
  /** Null: the partner waits for the answer. */
  readonly toldLater: ToldLater | null;
  /** Payments that it may be for, where nobody can tell which. */
  readonly fitting: readonly string[];
}

/** What a partner hears of a movement after it was acknowledged. */
export interface ToldLater {
  readonly memo: JsonObject;
  /** A worker tells it where it has not been told by then. */
  readonly afterMs: number;
}

/** Money that a partner brings, and the credit that passes it on. */
export interface Passage {
  /** What came unasked, or the payment that it was asked for by. */
  readonly receipt: Operation;
  readonly credit: Operation;
}

/**
 * Receipt and credit, their first transitions and events, the partner's id of the movement, which is taken once, and the
 * answer that is owed where it is told later: all in one commit, before anybody is credited. The name that the offer knows it by
 * is taken, too, since by one offer somebody is credited once. $1 partner, $2 the partner's id, $3 receipt, $4 credit, $5 keeper,
 * $6 order, $7 the name in the offer, $8 findings.
 */
const ANNOUNCE = {
  name: 'inbound-announce',
  text: `WITH offered AS (
    INSERT INTO partner_references (partner, reference, operation_id, is_receipt) SELECT $1, $7, $3::uuid, false
    WHERE $7::text <> $2::text AND NOT EXISTS (SELECT FROM partner_references WHERE partner = $1 AND reference = $2)
    ON CONFLICT DO NOTHING RETURNING operation_id
  ), claimed AS (
    INSERT INTO partner_references (partner, reference, operation_id, is_receipt) SELECT $1, $2, $3::uuid, false
    WHERE $7 = $2 OR EXISTS (SELECT FROM offered)
    ON CONFLICT DO NOTHING RETURNING operation_id
  ), asked AS (
    SELECT * FROM json_to_record($6::json) AS r(sends_minor bigint, receives_minor bigint, currency text, fee_minor bigint,
      payer_type text, payer_value text, payer_account text, payer_name text,
      payee_type text, payee_value text, payee_account text, payee_name text,
      description text, correlation_id text, traceparent text,
      first_look_ms double precision, receipt_until_ms double precision, credit_until_ms double precision,
      memo jsonb, tell_after_ms double precision)
    WHERE EXISTS (SELECT FROM claimed)
  ), stored AS (
    INSERT INTO operations (id, kind, partner, state, amount_minor, currency, fee_minor, passes_on, reference,
      partner_reference, payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account,
      payee_name, description, correlation_id, traceparent, submitted_at, due_at, deadline_at)
    SELECT $3::uuid, 'receipt', $1, 'pending', sends_minor, currency, fee_minor, NULL, NULL,
      $2, payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account,
      payee_name, description, correlation_id, traceparent, now(), now() + make_interval(secs => first_look_ms / 1000),
      now() + make_interval(secs => receipt_until_ms / 1000)
    FROM asked
    UNION ALL
    SELECT $4::uuid, 'transfer', $5, 'received', receives_minor, currency, NULL, $3::uuid, left($2, 64),
      NULL, payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account,
      payee_name, description, correlation_id, traceparent, NULL, now(),
      now() + make_interval(secs => credit_until_ms / 1000)
    FROM asked
    RETURNING id, kind, state
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, to_state, actor, why)
    SELECT id, 1, state, CASE kind WHEN 'receipt' THEN 'partner' ELSE 'gateway' END,
      CASE kind WHEN 'receipt' THEN 'announced by the partner' ELSE 'passes on what the partner brings' END
    FROM stored
  ), told AS (
    INSERT INTO events (operation_id, sequence, type, body)
    SELECT id, 1, kind || '.' || state, jsonb_build_object('state', state, 'previousState', NULL) FROM stored
  ), owed AS (
    INSERT INTO inbound_answers (operation_id, partner, transfer, memo, digest, due_at)
    SELECT $3::uuid, $1, $2, memo, sha256(convert_to(memo::text, 'UTF8')), now() + make_interval(secs => tell_after_ms / 1000)
    FROM asked WHERE tell_after_ms IS NOT NULL
  ), found AS (
    INSERT INTO discrepancies (id, kind, partner, operation_id, callback_id, subject, details)
    SELECT r.id, r.kind, r.partner, r.operation_id, r.callback_id, r.subject, r.details
    FROM json_to_recordset($8::json) AS r(id uuid, kind text, partner text, operation_id uuid, callback_id uuid,
      subject text, details jsonb)
    WHERE EXISTS (SELECT FROM claimed)
  )
  INSERT INTO passing_on (receipt_id, credit_id) SELECT $3::uuid, $4::uuid FROM asked`,
};

const PASSAGE = {
  name: 'inbound-passage',
  text: `SELECT o.* FROM partner_references r JOIN operations o ON o.id = r.operation_id
    WHERE r.partner = $1 AND r.reference = $2
    UNION ALL
    SELECT o.* FROM partner_references r JOIN operations o ON o.passes_on = r.operation_id
    WHERE r.partner = $1 AND r.reference = $2`,
};

/** Held, and open. What is flagged as late is not any more. $1 receipt, $2 failure, $3 why. */
const GIVE_UP = {
  name: 'inbound-give-up',
  text: `WITH moved AS (
    UPDATE operations o SET state = 'failed', version = version + 1, due_at = NULL, deadline_at = NULL, lease = NULL,
      updated_at = now(), completed_at = now(), failure = $2::jsonb
    WHERE o.id = $1
    RETURNING o.id, o.version, o.kind, o.failure, old.state AS previous
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why)
    SELECT id, version, previous, 'failed', 'gateway', $3 FROM moved
  ), ${settledWith('SELECT id FROM moved')}
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.failed', jsonb_build_object('state', 'failed', 'previousState', previous, 'failure', failure)
  FROM moved`,
};

/** Why a credit was refused, as its receipt says it: "away" says that nobody is credited, which is not sure of every refusal. */
export function refusalOfCredit({ failure: said }: Operation): Failure {
  const { reason = 'partner_rejected', partner = null, moneyMoved } = said ?? {};
  return failure(
    reason === 'partner_unavailable' && moneyMoved === 'unknown' ? 'expired' : reason,
    'no',
    partner,
  );
}

/** What the keeper said when it was tried last. $1 credit. */
const LAST_WORD = {
  name: 'inbound-last-word',
  text: `SELECT partner_code AS code, partner_message AS message FROM attempts WHERE operation_id = $1
    ORDER BY number DESC LIMIT 1`,
};

/** What has not been sent to the keeper of the account is not sent any more. $1 credit. */
const WITHDRAW = {
  name: 'inbound-withdraw',
  text: `WITH moved AS (
    UPDATE operations o SET state = 'cancelled', version = version + 1, due_at = NULL, deadline_at = NULL, lease = NULL,
      updated_at = now(), completed_at = now(), failure = $2::jsonb
    WHERE o.id = $1 AND o.state = 'received' RETURNING o.id, o.version, o.kind, o.failure
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why)
    SELECT id, version, 'received', 'cancelled', 'gateway', 'the money that it passes on does not come' FROM moved
  ), ${settledWith('SELECT id FROM moved')}
  INSERT INTO events (operation_id, sequence, type, body)
  SELECT id, version, kind || '.cancelled',
    jsonb_build_object('state', 'cancelled', 'previousState', 'received', 'failure', failure) FROM moved`,
};

const NOT_OWED = failure('payer_cancelled', 'no');

/** A payment may get its money before the answer to its request is there. */
const OPEN: readonly OperationState[] = ['submitting', 'pending', 'unknown'];
const ENDED_BADLY: readonly OperationState[] = ['failed', 'cancelled', 'expired'];

export const hasEndedBadly = ({ state }: Pick<Operation, 'state'>): boolean => ENDED_BADLY.includes(state);

/** Writes down what partners announce, and how it stands. */
@Injectable()
export class Announcements {
  constructor(
    private readonly database: Database,
    private readonly partners: PartnerRegistry,
    private readonly clock: SystemClock,
  ) {}

  /**
   * Once for each movement: of two announcements at the same moment, one finds the other's. Null: the id is of something else,
   * or somebody was paid by the offer under another one.
   */
  async announce(partner: Partner, keeper: string, announcement: Announcement): Promise<Passage | null> {
    const now = this.clock.now();
    const [receipt = '', credit = ''] = [newId(now), newId(now)].sort();
    const findings = ambiguityOf(receipt, partner, announcement);
    const order = this.orderOf(partner, keeper, announcement);
    await this.database.query(ANNOUNCE, [
      ...[partner.id, announcement.transfer, receipt, credit, keeper, JSON.stringify(order)],
      announcement.quotedAs,
      JSON.stringify(findings.map((finding) => findingRow(finding, now))),
    ]);
    return this.find(partner.id, announcement.transfer);
  }

  /** Null where nothing of that name was announced. */
  async find(partner: string, transfer: string): Promise<Passage | null> {
    const rows = await this.database.query<OperationRow>(PASSAGE, [partner, transfer]);
    const operations = rows.map(toOperation);
    const credit = operations.find(({ passesOn }) => passesOn !== null);
    const receipt = operations.find(({ id }) => id === credit?.passesOn);
    return receipt && credit ? { receipt, credit } : null;
  }

  /**
   * The credit cannot be counted on any more: the receipt ends, unless its customer is credited, and what has not been
   * sent is withdrawn: then that is why, and nobody is credited for sure. Both are held meanwhile, so that a credit either is
   * there before, or finds its receipt ended.
   */
  giveUp({ receipt, credit }: Passage, because: Failure, why: string): Promise<void> {
    return this.database.transaction(async (queryable) => {
      const held = await holdOperations(queryable.query.bind(queryable), [receipt.id, credit.id]);
      const [brought, passedOn] = [held.get(receipt.id), held.get(credit.id)];
      if (!brought || !passedOn) throw new Error('a receipt or its credit has vanished');
      if (passedOn.state === 'succeeded' || !OPEN.includes(brought.state)) return;
      const [end, story] =
        passedOn.state === 'received' ? await this.neverSent(queryable, credit) : [because, why];
      await queryable.query(GIVE_UP, [receipt.id, JSON.stringify(end), story]);
      await queryable.query(WITHDRAW, [credit.id, JSON.stringify(NOT_OWED)]);
    });
  }

  private async neverSent(queryable: Queryable, { id }: Operation): Promise<readonly [Failure, string]> {
    const [word] = await queryable.query<{ code: string | null; message: string | null }>(LAST_WORD, [id]);
    const { code = null, message } = word ?? {};
    const partner = code === null ? null : { code, message: message ?? '' };
    return [failure('partner_unavailable', 'no', partner), 'its credit could not be sent in time'];
  }

  /** For a receipt that has ended in another way. */
  async withdraw({ id }: Operation): Promise<void> {
    await this.database.query(WITHDRAW, [id, JSON.stringify(NOT_OWED)]);
  }

  /** Of an operation that is made now. */
  newId(): string {
    return newId(this.clock.now());
  }

  orderOf({ descriptor }: Partner, keeper: string, announcement: Announcement) {
    const { sends, receives, fee, payer, payee, description, toldLater } = announcement;
    const context = currentContext();
    return {
      sends_minor: sends.minor.toString(),
      receives_minor: receives.minor.toString(),
      currency: sends.currency,
      fee_minor: fee?.minor.toString(),
      ...columnsOf('payer', payer),
      ...columnsOf('payee', payee),
      description,
      correlation_id: context?.correlationId,
      traceparent: context && toTraceparent(context),
      first_look_ms: descriptor.enquiryTimetableMs[0],
      receipt_until_ms: descriptor.unresolvedAfterMs,
      credit_until_ms: this.partners.get(keeper).descriptor.submitForMs,
      memo: toldLater?.memo,
      tell_after_ms: toldLater?.afterMs,
    };
  }
}

/** On the books it is a receipt; whose it may be, a person is told. */
const ambiguityOf = (
  operationId: string,
  partner: Partner,
  { transfer, fitting }: Announcement,
): readonly Finding[] =>
  fitting.length === 0
    ? []
    : [
        {
          ...{ kind: 'ambiguous_receipt', partner: partner.id, operationId, callbackId: null },
          details: {
            why: 'it may be the money of these payments, and bears the name of none',
            ...{ transfer, fitting: fitting.length, payments: fitting },
          },
        },
      ];

const columnsOf = (side: 'payer' | 'payee', party: Party | null) => ({
  [`${side}_type`]: party?.type,
  [`${side}_value`]: party?.value,
  [`${side}_account`]: party?.account,
  [`${side}_name`]: party?.name,
});
