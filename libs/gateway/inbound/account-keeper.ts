import { type Failure, type FailureReason, Money, type Party } from '#domain';
import {
  type InboundObjection,
  type InboundQuote,
  InboundRefused,
  OrderRefused,
  PartnerRegistry,
  type PartyAnswer,
  type QuoteAnswer,
} from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { checkAmount } from '../intake/orders.js';
import { type Answered, GatedCalls, type Turned } from '../partners/gated-calls.js';

type Unavailable = Extract<Turned, { is: 'unavailable' }>;

/** Why the keeper of the account says no, as the partner hears it. What is not here is a plain refusal. */
const OBJECTIONS: Readonly<Partial<Record<FailureReason, InboundObjection>>> = {
  invalid_party: 'party_unknown',
  party_inactive: 'party_blocked',
  limit_exceeded: 'limit_exceeded',
  partner_unavailable: 'unavailable',
  // It does not take our key: nobody was credited, and whoever brings the money has done nothing wrong.
  partner_misconfigured: 'unavailable',
  partner_throttled: 'busy',
  expired: 'timed_out',
};

/** Why the keeper says nothing at all. What is not here is: it is away. */
const SILENCES: Readonly<Partial<Record<Unavailable['why'], InboundObjection>>> = {
  busy: 'busy',
  too_slow: 'timed_out',
};

/** Asks the partner that keeps our customers' accounts. */
@Injectable()
export class AccountKeeper {
  constructor(
    private readonly calls: GatedCalls,
    private readonly partners: PartnerRegistry,
  ) {}

  /** @throws InboundRefused where nobody is found, or the account cannot be told of or be paid at all */
  async find(keeper: string, party: Party): Promise<PartyAnswer> {
    const found = usable(
      await this.calls.findAndAsk(keeper, 'parties', (parties) =>
        parties.find({ party, name: null, amount: null }),
      ),
    );
    if (found.isTypeKnown === false)
      throw new InboundRefused('unsupported_id_type', 'accounts are not looked up by this type of name');
    if (found.exists === false) throw new InboundRefused('party_unknown', 'there is no such account');
    const status = found.account?.status;
    if (status === 'blocked') throw new InboundRefused('party_blocked', 'the account is blocked');
    if (status === 'closed') throw new InboundRefused('party_closed', 'the account is closed');
    return found;
  }

  /** @throws InboundRefused where the account cannot be paid at all, or not that */
  async quote(keeper: string, question: InboundQuote): Promise<Extract<QuoteAnswer, { is: 'offered' }>> {
    const { account } = await this.find(keeper, question.payee);
    if (account && !account.currencies.includes(question.amount.currency))
      throw new InboundRefused('currency_not_held', 'the account does not hold this currency');
    const { id, payee, payer, amount, amountIs } = question;
    const answer = usable(
      await this.calls.findAndAsk(keeper, 'quotes', (quotes) =>
        quotes.quote({ id, payee, payer, amount, amountIs }),
      ),
    );
    if (answer.is === 'declined')
      throw new InboundRefused(
        this.objectionTo(keeper, answer, 'quote_refused'),
        'the account takes no such payment',
      );
    if (!addsUp(answer)) throw new InboundRefused('unavailable', 'no price can be named');
    this.checkLimits(keeper, answer.receives);
    return answer;
  }

  /** How a no of the keeper's reads to whoever brings the money: by its own code, where that says more than the reason. */
  objectionTo(
    keeper: string,
    { reason, partner }: Pick<Failure, 'reason' | 'partner'>,
    otherwise: InboundObjection,
  ): InboundObjection {
    const { objections = {} } = this.partners.find(keeper)?.descriptor ?? {};
    const code = partner?.code ?? '';
    const own = Object.hasOwn(objections, code) ? objections[code] : undefined;
    return own ?? OBJECTIONS[reason] ?? otherwise;
  }

  /** The limits of the keeper's file, as for any other transfer. @throws InboundRefused */
  private checkLimits(keeper: string, amount: Money): void {
    try {
      checkAmount(amount, this.partners.get(keeper).descriptor.limits.disbursements ?? []);
    } catch (error) {
      if (!(error instanceof OrderRefused)) throw error;
      throw new InboundRefused(
        error.pointer === '/amount/currency' ? 'currency_not_held' : 'limit_exceeded',
        error.message,
      );
    }
  }
}

/** What is sent is what arrives, and what is kept of it, less what is given. */
function addsUp({ sends, receives, fee, commission }: Extract<QuoteAnswer, { is: 'offered' }>): boolean {
  const none = Money.ofMinor(0n, sends.currency);
  if ([receives, fee, commission].some((one) => one && one.currency !== sends.currency)) return false;
  return sends.plus(commission ?? none).equals(receives.plus(fee ?? none));
}

/** @throws InboundRefused */
function usable<T>(answered: Answered<T>): T {
  switch (answered.is) {
    case 'answered':
      return answered.answer;
    case 'throttled':
      throw new InboundRefused('busy', 'too many questions at once');
    case 'unavailable':
      throw new InboundRefused(SILENCES[answered.why] ?? 'unavailable', 'accounts cannot be looked up now');
    case 'unknownPartner':
    case 'notSupported':
      throw new InboundRefused('unavailable', 'accounts cannot be looked up now');
  }
}
