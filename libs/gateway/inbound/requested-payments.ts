import { type OperationState, type Party } from '#domain';
import { type InboundQuote, InboundRefused, type Partner } from '#partner-kit';
import { Database, type Queryable } from '#platform';
import { Injectable } from '@nestjs/common';
import { holdOperations } from '../operations/hold.js';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { type Announcement, Announcements, type Passage } from './announcements.js';

/** The payer may have been asked, and nothing has ended it: only then is a payment's money let in. */
const ASKED: readonly OperationState[] = ['submitting', 'pending', 'unknown'];

/** Payments that money may be for that bears the name of none: $1 partner, $2 amount, $3 currency, $4 and $5 the payer. */
const LIKE = {
  name: 'requested-like',
  text: `SELECT o.* FROM operations o WHERE o.kind = 'payment' AND o.receipt IS NULL AND o.partner = $1
      AND o.amount_minor = $2 AND o.currency = $3 AND o.payer_type = $4 AND o.payer_value = $5
      AND o.state IN ('submitting', 'pending', 'unknown')
      AND NOT EXISTS (SELECT FROM operations credit WHERE credit.passes_on = o.id)
    ORDER BY o.id LIMIT 50`,
};

const CREDIT_OF = {
  name: 'requested-credit-of',
  text: 'SELECT id FROM operations WHERE passes_on = $1 LIMIT 1',
};

const OWNER = {
  name: 'requested-owner',
  text: 'SELECT operation_id FROM partner_references WHERE partner = $1 AND reference = $2',
};

/**
 * The credit that passes on the money of a payment, its first transition and event; the partner's id of the movement is
 * the payment's from now on. $1 partner, $2 the partner's id, $3 payment, $4 credit, $5 keeper, $6 order.
 */
const ANNOUNCE = {
  name: 'requested-announce',
  text: `WITH claimed AS (
    INSERT INTO partner_references (partner, reference, operation_id, is_receipt) VALUES ($1, $2, $3, false)
    ON CONFLICT DO NOTHING RETURNING operation_id
  ), asked AS (
    SELECT * FROM json_to_record($6::json) AS r(receives_minor bigint, currency text, fee_minor bigint,
      payer_type text, payer_value text, payer_account text, payer_name text,
      payee_type text, payee_value text, payee_account text, payee_name text,
      description text, correlation_id text, traceparent text,
      first_look_ms double precision, credit_until_ms double precision,
      memo jsonb, tell_after_ms double precision)
    WHERE EXISTS (SELECT FROM claimed)
  ), looked_at AS (
    UPDATE operations o SET updated_at = now(), fee_minor = coalesce(o.fee_minor, asked.fee_minor),
      due_at = CASE WHEN o.state = 'submitting' THEN o.due_at
        ELSE least(o.due_at, now() + make_interval(secs => first_look_ms / 1000)) END,
      -- Whoever is asking about it just now asks about less than there is: their no does not count any more.
      lease = CASE WHEN o.state = 'submitting' THEN o.lease END
    FROM asked WHERE o.id = $3::uuid
  ), stored AS (
    INSERT INTO operations (id, kind, partner, state, amount_minor, currency, passes_on, reference,
      payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account,
      payee_name, description, correlation_id, traceparent, due_at, deadline_at)
    SELECT $4::uuid, 'transfer', $5, 'received', receives_minor, currency, $3::uuid, left($2, 64),
      payer_type, payer_value, payer_account, payer_name, payee_type, payee_value, payee_account,
      payee_name, description, correlation_id, traceparent, now(),
      now() + make_interval(secs => credit_until_ms / 1000)
    FROM asked
    RETURNING id, kind, state
  ), story AS (
    INSERT INTO transitions (operation_id, sequence, to_state, actor, why)
    SELECT id, 1, state, 'gateway', 'passes on the money of a payment' FROM stored
  ), told AS (
    INSERT INTO events (operation_id, sequence, type, body)
    SELECT id, 1, kind || '.' || state, jsonb_build_object('state', state, 'previousState', NULL) FROM stored
  ), owed AS (
    INSERT INTO inbound_answers (operation_id, partner, transfer, memo, digest, due_at)
    SELECT $3::uuid, $1, $2, memo, sha256(convert_to(memo::text, 'UTF8')), now() + make_interval(secs => tell_after_ms / 1000)
    FROM asked WHERE tell_after_ms IS NOT NULL
  )
  INSERT INTO passing_on (receipt_id, credit_id) SELECT $3::uuid, $4::uuid FROM asked`,
};

/** Our ids, as a partner may give one back. */
const OUR_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Payments that somebody was asked for, and whose money comes as a movement of its own through the partner's own door. */
@Injectable()
export class RequestedPayments {
  constructor(
    private readonly database: Database,
    private readonly reader: OperationReader,
    private readonly announcements: Announcements,
  ) {}

  /**
   * The payment that this is the money of; null: none of ours.
   * @throws InboundRefused where it is of one that takes no such money
   */
  async answeredBy(partner: Partner, quote: InboundQuote): Promise<string | null> {
    const into = partner.adapter.collections?.paidInto;
    if (!into) return null;
    const payment = await this.find(partner, quote);
    if (!payment) return null;
    const objection = mayBePaid(partner, payment) ? objectionTo(payment, quote, into) : NOBODY_ASKED;
    if (objection !== null) throw new InboundRefused('quote_refused', objection);
    if (await this.hasCredit(payment.id, this.database))
      throw new InboundRefused('quote_refused', 'this payment has its money already');
    return payment.id;
  }

  /**
   * The payments that money which is of none by its name may be of; of very many the first. One is enough where it is named as we
   * have not heard yet: the answer that would have said so may have been lost.
   */
  async fitting(partner: Partner, quote: InboundQuote): Promise<readonly string[]> {
    const payments = await this.like(partner, quote);
    return payments.length > (quote.answers === null ? 1 : 0) ? payments.map(({ id }) => id) : [];
  }

  /**
   * Takes the movement for the payment's money, and makes the credit. Once: of two at the same moment, one finds the other's.
   * @throws InboundRefused where the payment has ended, or has its money
   */
  async announce(
    partner: Partner,
    keeper: string,
    paymentId: string,
    announcement: Announcement,
  ): Promise<Passage | null> {
    const { transfer } = announcement;
    const order = this.announcements.orderOf(partner, keeper, announcement);
    const creditId = this.announcements.newId();
    const objection = await this.database.transaction(async (queryable) => {
      const held = (await holdOperations(queryable.query.bind(queryable), [paymentId])).get(paymentId);
      const [owner] = await queryable.query<{ operation_id: string }>(OWNER, [partner.id, transfer]);
      if (owner) return null;
      if (!held || !ASKED.includes(held.state)) return 'the payment that it is for has ended';
      if (!mayBePaid(partner, held)) return NOBODY_ASKED;
      if (await this.hasCredit(paymentId, queryable))
        return 'the payment that it is for has its money already';
      await queryable.query(ANNOUNCE, [
        ...[partner.id, transfer, paymentId, creditId, keeper, JSON.stringify(order)],
      ]);
      return null;
    });
    if (objection !== null) throw new InboundRefused('transfer_refused', objection);
    return this.announcements.find(partner.id, transfer);
  }

  /** By its name; where it has none, the one that asked this payer for this amount. */
  private async find(partner: Partner, quote: InboundQuote): Promise<Operation | null> {
    const { answers } = quote;
    if (answers === null) {
      const [only, ...others] = await this.like(partner, quote);
      return only && others.length === 0 ? only : null;
    }
    const named = await this.named(partner.id, answers);
    return named?.partner === partner.id && named.kind === 'payment' ? named : null;
  }

  /** Those that asked this payer for this amount, for an answer that does not say, or not intelligibly, which it is to. */
  private async like(partner: Partner, quote: InboundQuote): Promise<readonly Operation[]> {
    const { isAnswer, payer, amount, payee } = quote;
    const into = partner.adapter.collections?.paidInto;
    if (!into || !isAnswer || payer === null || !isSame(payee, into)) return [];
    const { minor, currency } = amount;
    const asking = [partner.id, minor, currency, payer.type, payer.value];
    const payments = (await this.database.query<OperationRow>(LIKE, asking)).map(toOperation);
    return payments.filter((payment) => mayBePaid(partner, payment));
  }

  /** By our id, or by what the partner calls it, which may look like one. */
  private async named(partner: string, name: string): Promise<Operation | null> {
    const ours = OUR_ID.test(name) ? await this.reader.find(name) : null;
    if (ours) return ours;
    const id = await this.reader.ownerOf(partner, name);
    return id === null ? null : this.reader.find(id);
  }

  private async hasCredit(paymentId: string, queryable: Queryable): Promise<boolean> {
    return (await queryable.query(CREDIT_OF, [paymentId])).length > 0;
  }
}

const NOBODY_ASKED = 'nobody has been asked to pay that yet';

const mayBePaid = ({ adapter: { collections } }: Partner, { memo }: Operation): boolean =>
  collections?.mayBePaid?.(memo) ?? true;

const isSame = (one: Party, other: Party): boolean => one.type === other.type && one.value === other.value;

function objectionTo({ state, amount }: Operation, quote: InboundQuote, into: Party): string | null {
  if (!ASKED.includes(state)) return `the payment that it is for is ${state}`;
  if (!quote.amount.equals(amount))
    return `the payment that it is for is of ${amount.toDecimal()} ${amount.currency}`;
  return isSame(quote.payee, into) ? null : 'the payment that it is for goes into another account';
}
