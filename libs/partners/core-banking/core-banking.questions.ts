import { type Party } from '#domain';
import { NotReached, OrderRefused, type Parties, type Quotes } from '#partner-kit';
import { type CoreAccount, type CoreBankingClient, type CoreQuoteBody } from './core-banking.client.js';
import { CREDIT_REASONS, errorOf, isNotThere, toRefusal } from './core-banking.errors.js';
import { NOBODY, toOffer, toPartyAnswer } from './core-banking.mapper.js';
import { toAccount, toQuoteBody } from './core-banking.requests.js';
import { CoreAccountAnswer, CoreQuote, isSuccess, read } from './core-banking.wire.js';

/** Whose account is it, and can it be credited? */
export const coreBankingParties = (client: CoreBankingClient): Parties => ({
  async find(question) {
    const reply = await client.getAccount(accountOf(question.party));
    if (isNotThere(reply, 'account_unknown')) return NOBODY;
    if (!isSuccess(reply)) throw errorOf(reply);
    return toPartyAnswer(read(CoreAccountAnswer, reply), question);
  },
});

/** What does the bank keep, or give, when a customer is credited? */
export const coreBankingQuotes = (client: CoreBankingClient): Quotes => ({
  async quote(question) {
    const reply = await client.postQuote(askable(() => toQuoteBody(question)));
    if (isSuccess(reply)) return toOffer(read(CoreQuote, reply), question);
    const refusal = toRefusal(reply, { isRepeat: false }, CREDIT_REASONS);
    if (refusal.is !== 'declined') throw refusal.cause;
    const { reason, partner } = refusal;
    return { is: 'declined', reason, partner };
  },
});

const accountOf = (party: Party): CoreAccount => askable(() => toAccount(party));

/** @throws NotReached for what cannot be asked at all */
function askable<Asked extends CoreAccount | CoreQuoteBody>(make: () => Asked): Asked {
  try {
    return make();
  } catch (error) {
    if (error instanceof OrderRefused) throw new NotReached(error.message);
    throw error;
  }
}
