import { Money, type Party } from '#domain';
import { type InboundOffer, type InboundQuote } from '#partner-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { InboundQuotes } from './inbound-quotes.js';

const MINUTE = 60_000;
const payee: Party = { type: 'msisdn', value: '+221770000042' };
const asked = { answers: null, fitting: [] };

/** What is offered for so much, for so long. */
function offer(amount: Money, minutes: number, to: Party = payee): InboundOffer {
  const expiresAt = new Date(Date.now() + minutes * MINUTE);
  const quote: InboundQuote = {
    ...{ is: 'quote', id: 'a quote', transfer: 'a transfer', payee: to, payer: null, amount },
    ...{ amountIs: 'sent', expiresAt: null, answers: null, isAnswer: false },
  };
  return { is: 'offer', quote, sends: amount, receives: amount, fee: null, commission: null, expiresAt };
}

describe('a price that a partner asks for twice', () => {
  let postgres: OpenDatabase;
  let quotes: InboundQuotes;
  const fifteen = Money.ofMinor(1500n, 'XOF');
  const first = offer(fifteen, 1);

  beforeAll(async () => {
    postgres = await openDatabase();
    quotes = new InboundQuotes(postgres.database);
    await quotes.keep('sahel', first, asked);
  });
  afterAll(() => postgres.close());

  const kept = () => quotes.find('sahel', 'a transfer', 'a quote');

  it.each([
    ['another amount', offer(Money.ofMinor(1501n, 'XOF'), 5)],
    ['another currency', offer(Money.ofMinor(1500n, 'KES'), 5)],
    ['somebody else', offer(fifteen, 5, { type: 'msisdn', value: '+221770000043' })],
    ['an account of that number', offer(fifteen, 5, { type: 'account', value: '+221770000042' })],
  ])('is refused for %s under the same id, and what was offered stands', async (_what, other) => {
    await expect(quotes.keep('sahel', other, asked)).rejects.toMatchObject({ objection: 'differs' });
    expect(await kept()).toMatchObject({ amount: fifteen, payee, expiresAt: first.expiresAt });
  });

  it('is offered anew for the same', async () => {
    const again = offer(fifteen, 5);
    await quotes.keep('sahel', again, asked);
    expect(await kept()).toMatchObject({ amount: fifteen, expiresAt: again.expiresAt });
  });

  it('is another one at another partner', async () => {
    await quotes.keep('niger', offer(Money.ofMinor(99n, 'XOF'), 1), asked);
    expect(await kept()).toMatchObject({ amount: fifteen });
  });
});
