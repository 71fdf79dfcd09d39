import { type Currency, Money, type Party } from '#domain';
import { type InboundOffer, InboundRefused } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';

/** What we offered, as far as the transfer that follows is held to it. */
export interface KeptQuote {
  readonly quote: string;
  readonly payee: Party;
  readonly payer: Party | null;
  /** What was asked for. */
  readonly amount: Money;
  readonly sends: Money;
  readonly receives: Money;
  readonly fee: Money | null;
  readonly expiresAt: Date;
  /** The payment of ours that it is to pay; null: none. */
  readonly answers: string | null;
  /** The payments that it may be to pay, where nobody can tell which. */
  readonly fitting: readonly string[];
}

interface QuoteRow {
  quote: string;
  payee: Party;
  payer: Party | null;
  currency: Currency;
  amount_minor: bigint;
  sends_minor: bigint;
  receives_minor: bigint;
  fee_minor: bigint | null;
  expires_at: Date;
  answers: string | null;
  fitting: readonly string[];
}

/** The same question asked again is offered anew, until somebody has paid by it. Another one under its id changes nothing. */
const KEEP = {
  name: 'inbound-quote-keep',
  text: `INSERT INTO inbound_quotes AS kept (partner, transfer, quote, payee, payer, currency, amount_minor, sends_minor,
      receives_minor, fee_minor, commission_minor, expires_at, answers, fitting)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::uuid[])
    ON CONFLICT (transfer, quote, partner) DO UPDATE SET payee = excluded.payee, payer = excluded.payer,
      currency = excluded.currency, amount_minor = excluded.amount_minor, sends_minor = excluded.sends_minor,
      receives_minor = excluded.receives_minor, fee_minor = excluded.fee_minor,
      commission_minor = excluded.commission_minor, expires_at = excluded.expires_at, answers = excluded.answers,
      fitting = excluded.fitting
    WHERE (kept.amount_minor, kept.currency, kept.payee->>'type', kept.payee->>'value')
      = (excluded.amount_minor, excluded.currency, excluded.payee->>'type', excluded.payee->>'value')`,
};

const FIND = {
  name: 'inbound-quote-find',
  text: `SELECT quote, payee, payer, currency, amount_minor, sends_minor, receives_minor, fee_minor, expires_at, answers,
      fitting
    FROM inbound_quotes
    WHERE partner = $1 AND transfer = $2 AND ($3::text IS NULL OR quote = $3) ORDER BY expires_at DESC LIMIT 1`,
};

/** Prices that we named to partners. */
@Injectable()
export class InboundQuotes {
  constructor(private readonly database: Database) {}

  /** @throws InboundRefused where the id is of a quote for something else */
  async keep(
    partner: string,
    offer: InboundOffer,
    { answers, fitting }: Pick<KeptQuote, 'answers' | 'fitting'>,
  ): Promise<void> {
    const { quote, sends, receives, fee, commission, expiresAt } = offer;
    const kept = await this.database.execute(KEEP, [
      ...[partner, quote.transfer, quote.id],
      ...[JSON.stringify(quote.payee), quote.payer && JSON.stringify(quote.payer), sends.currency],
      ...[quote.amount.minor, sends.minor, receives.minor, fee?.minor ?? null, commission?.minor ?? null],
      ...[expiresAt, answers, fitting],
    ]);
    if (kept === 0) throw new InboundRefused('differs', 'a quote of this id was asked for something else');
  }

  /** By the movement that it was asked for, and by its own id where that is named. */
  async find(partner: string, transfer: string, quote: string | null): Promise<KeptQuote | null> {
    const [row] = await this.database.query<QuoteRow>(FIND, [partner, transfer, quote]);
    if (!row) return null;
    const money = (minor: bigint) => Money.ofMinor(minor, row.currency);
    return {
      ...{ quote: row.quote, payee: row.payee, payer: row.payer },
      ...{
        amount: money(row.amount_minor),
        sends: money(row.sends_minor),
        receives: money(row.receives_minor),
      },
      fee: row.fee_minor === null ? null : money(row.fee_minor),
      ...{ expiresAt: row.expires_at, answers: row.answers, fitting: row.fitting },
    };
  }
}
