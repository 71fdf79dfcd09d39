import { type Party } from '#domain';
import { OrderRefused, type Parties, type QuoteAnswer, type Quotes } from '#partner-kit';
import { type CoreAccount, type CoreBankingClient } from './core-banking.client.js';
import { CREDIT_REASONS, errorOf, isNotThere, toRefusal } from './core-banking.errors.js';
import { NO_SUCH_TYPE, NOBODY, toOffer, toPartyAnswer } from './core-banking.mapper.js';
import { toAccount, toQuoteBody } from './core-banking.requests.js';
import { CoreAccountAnswer, CoreQuote, isSuccess, read } from './core-banking.wire.js';

const NO_ACCOUNT: QuoteAnswer = {
  is: 'declined',
  reason: 'invalid_party',
  partner: { code: 'account_unknown', message: 'it is no name of an account' },
};

/** Whose account is it, and can it be credited? */
export const coreBankingParties = (client: CoreBankingClient): Parties => ({
  async find(question) {
    const account = accountOf(question.party);
    if (account === null) return NOBODY;
    const reply = await client.getAccount(account);
    if (isNotThere(reply, 'account_type_unsupported')) return NO_SUCH_TYPE;
    // What the back end takes for no name at all is nobody's either.
    if (isNotThere(reply, 'account_unknown') || reply.status === 400) return NOBODY;
    if (!isSuccess(reply)) throw errorOf(reply);
    return toPartyAnswer(read(CoreAccountAnswer, reply), question);
  },
});

/** What does the bank keep, or give, when a customer is credited? */
export const coreBankingQuotes = (client: CoreBankingClient): Quotes => ({
  async quote(question) {
    if (accountOf(question.payee) === null) return NO_ACCOUNT;
    const reply = await client.postQuote(toQuoteBody(question));
    if (isSuccess(reply)) return toOffer(read(CoreQuote, reply), question);
    const refusal = toRefusal(reply, { isRepeat: false }, CREDIT_REASONS);
    if (refusal.is !== 'declined') throw refusal.cause;
    const { reason, partner } = refusal;
    return { is: 'declined', reason, partner };
  },
});

/** Null for what is no name of an account: whoever asks for it finds nobody, and the back end is none the worse. */
function accountOf(party: Party): CoreAccount | null {
  try {
    return toAccount(party);
  } catch (error) {
    if (error instanceof OrderRefused) return null;
    throw error;
  }
}
