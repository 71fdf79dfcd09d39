import { randomUUID } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { type QuoteAnswer } from '../../port/capabilities.js';
import { type QuotedOrders, type QuoteDraft } from '../contract.js';
import { type Contract, given, promise } from '../promise.js';

/** Nobody gets a price for these. */
const NO_PRICE = ['reset', 'error-5xx', 'throttled', 'nonsense'] as const;

/** A price is asked for before anything moves, and moves nothing itself. */
export function describeQuotes(contract: Contract): void {
  if (!contract.adapter.quotes) return;
  describe('a quote', () => {
    describeOffers(contract);
    describeRefusals(contract);
    for (const fault of NO_PRICE) describeNoPrice(contract, fault);
  });
}

const quotesOf = ({ setUp }: Contract): QuotedOrders =>
  given(setUp.orders.quote, 'orders.quote', 'the adapter has quotes');

const ask = (contract: Contract, question: QuoteDraft): Promise<QuoteAnswer> =>
  given(contract.stage().adapter.quotes, 'quotes').quote({ ...question, id: randomUUID() });

function describeOffers(contract: Contract): void {
  const addUp = {
    file: 'mapper',
    advice: 'offer no price whose amounts do not add up, or that is not of what was asked',
  } as const;
  promise(contract, 'adds up, is of the amount that was asked for, and moves nothing', addUp, async () => {
    for (const question of given(quotesOf(contract).offered, 'orders.quote.offered')) {
      const offer = await ask(contract, question);
      if (offer.is !== 'offered') throw new Error(`it was declined: ${offer.reason}`);
      const { sends, receives, fee, commission, expiresAt } = offer;
      expect(question.amountIs === 'sent' ? sends : receives).toEqual(question.amount);
      expect(sends.minor).toBe(receives.minor + (fee?.minor ?? 0n) - (commission?.minor ?? 0n));
      if (expiresAt) expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    }
    expect(await contract.stage().partner.books()).toEqual([]);
  });
}

function describeRefusals(contract: Contract): void {
  const mapEverything = { file: 'mapper', advice: 'map every documented refusal of a quote' } as const;
  promise(contract, 'is declined for the reason that the partner gives', mapEverything, async () => {
    for (const { question, reason } of given(quotesOf(contract).declined, 'orders.quote.declined')) {
      const answer = await ask(contract, question);
      expect(answer).toMatchObject({ is: 'declined', reason });
      if (answer.is === 'declined') expect(answer.partner.code).not.toBe('');
    }
    expect(await contract.stage().partner.books()).toEqual([]);
  });
}

function describeNoPrice(contract: Contract, fault: string): void {
  const fail = {
    file: 'adapter',
    advice: 'let quote() throw NotReached or NoAnswer where there is no usable answer',
  } as const;
  promise(
    contract,
    `is neither offered nor declined when the partner answers with "${fault}"`,
    fail,
    async () => {
      const [question] = quotesOf(contract).offered;
      await contract.stage().partner.misbehave({ fault });
      await expect(ask(contract, given(question, 'orders.quote.offered'))).rejects.toThrow();
      await contract.stage().partner.misbehave();
      expect(await ask(contract, given(question, 'orders.quote.offered'))).toMatchObject({ is: 'offered' });
    },
  );
}
