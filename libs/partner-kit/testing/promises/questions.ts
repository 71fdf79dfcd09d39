import { randomUUID } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { Money } from '#domain';
import { type AccountBalance, type StatementLine } from '../../port/capabilities.js';
import { moversOf, newStory } from '../movers.js';
import { type Contract, given, promise } from '../promise.js';
import { type Stage } from '../stage.js';
import { sleep, type Story } from '../story.js';
import { ordersOf } from './movements.js';

const PATIENCE_MS = 5_000;
const MOST_PAGES = 1_000;

/** Capabilities that only ask. */
export function describeQuestions(contract: Contract): void {
  const { balances, statements, sessions, parties, registration } = contract.adapter;
  if (balances) describeBalances(contract);
  if (statements) describeStatements(contract);
  if (sessions) describeSessions(contract);
  if (parties) describeParties(contract);
  if (registration) describeRegistration(contract);
}

function describeBalances(contract: Contract): void {
  const hint = { file: 'adapter', advice: 'let balances.ask() give every account as Money' } as const;
  describe('the balance', () => {
    promise(contract, 'is what the partner’s own books say', hint, async () => {
      const stage = contract.stage();
      const accounts = await askBalance(stage);
      expect(accounts).not.toHaveLength(0);
      const own = Object.values(await stage.partner.balance());
      for (const { account, current } of accounts) {
        expect(account).not.toBe('');
        expect(current).toBeInstanceOf(Money);
        expect(
          own.filter((value) => /^-?[\d.]+$/.test(value)).map((value) => worth(value, current)),
        ).toContain(current.toDecimal());
      }
    });
  });
}

const worth = (value: string, { currency }: Money): string => Money.parseLenient(value, currency).toDecimal();

async function askBalance(stage: Stage): Promise<readonly AccountBalance[]> {
  const question = { id: randomUUID() };
  const answer = await given(stage.adapter.balances, 'balances').ask(question);
  if (answer.is === 'failed') throw answer.cause;
  if (answer.is === 'answered') return answer.accounts;
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    for (const { notice } of stage.news()) {
      if (notice.is !== 'balance' || notice.question !== question.id) continue;
      if (notice.accounts) return notice.accounts;
      throw new Error(`the partner gave no balance: ${notice.failure ?? 'no reason'}`);
    }
    await sleep(25);
  }
  throw new Error('the answer to the balance question never came');
}

/** One paid order of each kind, and nothing else. */
async function paidOrders(contract: Contract): Promise<Story[]> {
  const stories: Story[] = [];
  for (const mover of moversOf(contract)) {
    const story = newStory(contract, mover, ordersOf(mover).paid);
    await story.submit();
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    stories.push(story);
  }
  return stories;
}

function describeStatements(contract: Contract): void {
  const hint = {
    file: 'adapter',
    advice: 'let statements.page() give every line of a day, to the last page',
  } as const;
  describe('the statement', () => {
    promise(contract, 'has a line for every movement in the partner’s books', hint, async () => {
      const { partner } = contract.stage();
      await paidOrders(contract);
      const entries = await partner.books();
      const lines = await wholeDay(contract.stage(), entries[0]?.at.slice(0, 10) ?? '');
      const moved = entries.map(({ change, currency }) => Money.parseLenient(change, currency).toDecimal());
      expect(lines.map(({ amount }) => amount.toDecimal()).sort()).toEqual([...moved].sort());
      expect(new Set(lines.map(keyOf)).size).toBe(lines.length);
    });
  });
}

const keyOf = ({ partnerReference, type, isReversal }: StatementLine): string =>
  JSON.stringify([partnerReference, type, isReversal]);

async function wholeDay({ adapter }: Stage, day: string): Promise<StatementLine[]> {
  const lines: StatementLine[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await given(adapter.statements, 'statements').page(day, cursor);
    lines.push(...page.lines);
    if (page.next === null) return lines;
    cursor = page.next;
  }
  throw new Error(`the statement does not end within ${MOST_PAGES} pages`);
}

function describeSessions(contract: Contract): void {
  const hint = { file: 'adapter', advice: 'let sessions.find() search by id and by reference' } as const;
  describe('a session', () => {
    promise(contract, 'is found by the partner’s id and by our reference, and else not', hint, async () => {
      const sessions = given(contract.stage().adapter.sessions, 'sessions');
      const [story] = await paidOrders(contract);
      const { order, submitted } = given(story, 'orders.payment');
      const expected = [{ id: submitted.partnerReference, reference: order.id, amount: order.amount }];
      expect(await sessions.find({ by: 'reference', value: order.id })).toMatchObject(expected);
      expect(await sessions.find({ by: 'id', value: submitted.partnerReference ?? '' })).toMatchObject(
        expected,
      );
      expect(await sessions.find({ by: 'reference', value: randomUUID() })).toEqual([]);
    });
  });
}

function describeParties(contract: Contract): void {
  const hint = {
    file: 'adapter',
    advice: 'let parties.find() say what the partner knows of somebody',
  } as const;
  describe('somebody who is to be paid', () => {
    promise(contract, 'is looked up before', hint, async () => {
      const question = given(contract.setUp.orders.party, 'orders.party', 'the adapter has parties');
      const answer = await contract.stage().adapter.parties?.find(question);
      expect(answer?.exists).not.toBe(false);
    });
  });
}

function describeRegistration(contract: Contract): void {
  const hint = { file: 'adapter', advice: 'let register() tell the partner our callback addresses' } as const;
  describe('our callback addresses', () => {
    promise(contract, 'are taken by the partner', hint, async () => {
      expect(await contract.stage().adapter.registration?.register()).toMatchObject({ registered: true });
    });
  });
}
