import { Money } from '#domain';
import { type InboundQuote, type PartnerRegistry, type PartyAnswer, type QuoteAnswer } from '#partner-kit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type GatedCalls } from '../partners/gated-calls.js';
import { AccountKeeper } from './account-keeper.js';

const KEEPER = 'bank';
const payee = { type: 'msisdn', value: '+221770000042' } as const;
const question: InboundQuote = {
  ...{ is: 'quote', id: 'Q-1', transfer: 'T-1', payee, payer: null, amountIs: 'sent', expiresAt: null },
  ...{ amount: Money.parse('1500', 'XOF'), answers: null, isAnswer: false },
};
const found: PartyAnswer = {
  ...{ exists: true, name: 'Awa Demo', nameMatches: null, withinLimits: null },
  account: { status: 'open', currencies: ['XOF'] },
};
const declined = (code: string): QuoteAnswer => ({
  ...{ is: 'declined', reason: 'party_inactive', partner: { code, message: 'No' } },
});

const unavailable = (why: string) => ({ is: 'unavailable', why, retryAfterMs: null });

describe('the keeper of the accounts, asked for whoever brings money', () => {
  let party: PartyAnswer;
  let price: QuoteAnswer;
  /** In place of an answer. */
  let turned: object | undefined;
  let keeper: AccountKeeper;

  beforeEach(() => {
    party = found;
    turned = undefined;
    const calls = {
      findAndAsk: (_keeper: string, capability: string) =>
        Promise.resolve(turned ?? { is: 'answered', answer: capability === 'parties' ? party : price }),
    };
    const objections = { wrong_type: 'unsupported_id_type' };
    const partners = { find: (id: string) => (id === KEEPER ? { descriptor: { objections } } : undefined) };
    keeper = new AccountKeeper(calls as unknown as GatedCalls, partners as unknown as PartnerRegistry);
  });

  it('tells a type that it does not look up from a name that nobody has', async () => {
    party = { ...found, exists: false };
    await expect(keeper.find(KEEPER, payee)).rejects.toMatchObject({ objection: 'party_unknown' });
    party = { ...found, exists: false, isTypeKnown: false };
    await expect(keeper.find(KEEPER, payee)).rejects.toMatchObject({ objection: 'unsupported_id_type' });
    await expect(keeper.quote(KEEPER, question)).rejects.toMatchObject({ objection: 'unsupported_id_type' });
  });

  it.each([
    ['is away', unavailable('not_reached'), 'unavailable'],
    ['breaks down', unavailable('no_answer'), 'unavailable'],
    ['answers what nobody can use', unavailable('unusable_answer'), 'unavailable'],
    ['has not been answering', unavailable('open'), 'unavailable'],
    ['is switched off', unavailable('disabled'), 'unavailable'],
    ['is busy', unavailable('busy'), 'busy'],
    ['is asked as much as it may be', { is: 'throttled', retryAfterMs: 50 }, 'busy'],
    ['is too slow', unavailable('too_slow'), 'timed_out'],
  ])('tells whoever asks where it %s', async (_how, answered, objection) => {
    turned = answered;
    await expect(keeper.find(KEEPER, payee)).rejects.toMatchObject({ objection });
    await expect(keeper.quote(KEEPER, question)).rejects.toMatchObject({ objection });
  });

  it('is quoted by a code of its own, where that says more than the reason', async () => {
    price = declined('wrong_type');
    await expect(keeper.quote(KEEPER, question)).rejects.toMatchObject({ objection: 'unsupported_id_type' });
    price = declined('blocked');
    await expect(keeper.quote(KEEPER, question)).rejects.toMatchObject({ objection: 'party_blocked' });
    price = declined('constructor');
    await expect(keeper.quote(KEEPER, question)).rejects.toMatchObject({ objection: 'party_blocked' });
  });

  it('is quoted by the reason alone where it is not configured any more', () => {
    const because = { reason: 'not_permitted', partner: { code: 'wrong_type', message: 'No' } } as const;
    expect(keeper.objectionTo(KEEPER, because, 'transfer_refused')).toBe('unsupported_id_type');
    expect(keeper.objectionTo('gone', because, 'transfer_refused')).toBe('transfer_refused');
    expect(keeper.objectionTo(KEEPER, { ...because, partner: null }, 'quote_refused')).toBe('quote_refused');
  });
});
