import { newId } from '#domain';
import { type Balances, NoAnswer, NotReached } from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { type BalanceReading, BalanceReadings } from './balance-readings.js';
import { BalanceWatch } from './balance-watch.js';
import { type Answered, type Askable, GatedCalls, type Turned } from './gated-calls.js';

/** `failed`: the partner answered that it cannot tell. `pending`: its answer has not come yet; ask again. */
export type BalanceResult =
  { readonly is: 'answered' | 'pending' | 'failed'; readonly reading: BalanceReading } | Turned;

/** A balance of that age is as good as a new one. */
const FRESH_FOR_MS = 5_000;

/** How long a question without an answer keeps others from being asked. */
const WAITING_FOR_MS = 30_000;

/** A partner's float: asked for at most once at a time, whoever wants to know. */
@Injectable()
export class BalanceDesk {
  private readonly underWay = new Map<string, Promise<Answered<BalanceReading>>>();

  constructor(
    private readonly calls: GatedCalls,
    private readonly readings: BalanceReadings,
    private readonly watch: BalanceWatch,
    private readonly clock: SystemClock,
  ) {}

  /** `waitMs`: how long an answer that comes by callback is waited for. */
  async balance(id: string, { waitMs }: { readonly waitMs: number }): Promise<BalanceResult> {
    const found = this.calls.find(id, 'balances');
    if (found.is !== 'askable') return found;
    const latest = await this.readings.latest(id, FRESH_FOR_MS, WAITING_FOR_MS);
    if (latest) return this.settled(latest, waitMs);
    const asked = await this.askOnce(found);
    return asked.is === 'answered' ? this.settled(asked.answer, waitMs) : asked;
  }

  private async settled(reading: BalanceReading, waitMs: number): Promise<BalanceResult> {
    if (!reading.answeredAt) {
      const answered = await this.watch.untilAnswered(reading.id, waitMs);
      return answered ? this.settled(answered, 0) : { is: 'pending', reading };
    }
    return { is: reading.accounts ? 'answered' : 'failed', reading };
  }

  private askOnce(found: Askable<'balances'>): Promise<Answered<BalanceReading>> {
    const { id } = found.partner;
    const underWay = this.underWay.get(id);
    if (underWay) return underWay;
    const asking = this.calls
      .ask(found, (balances) => this.ask(id, balances))
      .finally(() => this.underWay.delete(id));
    this.underWay.set(id, asking);
    return asking;
  }

  /** @throws NotReached, NoAnswer */
  private async ask(partner: string, balances: Balances): Promise<BalanceReading> {
    const question = await this.readings.open(newId(this.clock.now()), partner);
    const answer = await balances.ask(question).catch((error: unknown) => this.giveUp(question, error));
    if (answer.is === 'answerFollows') return question;
    if (answer.is === 'failed' && isSilence(answer.cause)) return this.giveUp(question, answer.cause);
    const told =
      answer.is === 'answered'
        ? { accounts: answer.accounts }
        : { accounts: null, failure: answer.cause.message };
    return (await this.readings.answer(question.id, told)) ?? question;
  }

  /** Nobody is left waiting for a question that got no answer. */
  private async giveUp({ id }: BalanceReading, error: unknown): Promise<never> {
    await this.readings.answer(id, { accounts: null, failure: 'the partner could not be asked' });
    throw error;
  }
}

const isSilence = (cause: Error): boolean => cause instanceof NotReached || cause instanceof NoAnswer;
