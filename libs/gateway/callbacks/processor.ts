import { type Notice, type Partner, PartnerRegistry, UnreadableCallback } from '#partner-kit';
import { DatabaseUnavailable, isDataError, isTooSlow } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { type Judgement } from '../operations/news/news.js';
import { retryInMs } from '../operations/news/timetable.js';
import { type Operation } from '../operations/operation.js';
import { BalanceReadings } from '../partners/balance-readings.js';
import {
  CallbackRows,
  type ClaimedCallback,
  isStuck,
  type KeptNotice,
  mayStillMatch,
  type Reading,
} from './callback-rows.js';
import { type Match, Matching } from './matching.js';
import { OutcomeNotices } from './outcome-notices.js';
import { ReceiptNotices } from './receipt-notices.js';

/** One that keeps failing is put aside after so many tries; the rest moves on. */
const MOST_FAILURES = 8;
const FIRST_LOOK_MS = 200;
const LAST_LOOK_MS = 60_000;
/** A callback is stamped by the process that takes it in, a submission by the database. */
const CLOCKS_APART_MS = 1_000;

const TOO_SLOW = 'the database takes too long over it';

/** Why a callback is to be read again later. */
type Again = 'unmatched' | 'unawaited' | 'foreign' | 'early';

/** What never matches says so in its discrepancy. */
const NEVER: Readonly<Record<Exclude<Again, 'early' | 'unawaited'>, string>> = {
  unmatched: 'it matches no operation',
  foreign: 'it names an operation, and beside it something that is not that operation’s',
};

/** What one notice came to. `again`: not yet; come back. */
interface Taken {
  readonly kept: KeptNotice | null;
  readonly again: Again | null;
}

interface ReadingOf {
  readonly callback: ClaimedCallback;
  readonly reading: Reading;
}

type ReadCallback = { callback: ClaimedCallback; partner: Partner; notices: readonly Notice[] };

/** Reads kept callbacks and takes their news to the operations. */
@Injectable()
export class CallbackProcessor {
  private readonly logger = new Logger(CallbackProcessor.name);
  private lag = 0;

  constructor(
    private readonly rows: CallbackRows,
    private readonly partners: PartnerRegistry,
    private readonly matching: Matching,
    private readonly outcomes: OutcomeNotices,
    private readonly receipts: ReceiptNotices,
    private readonly balances: BalanceReadings,
  ) {}

  /**
   * How long it took the last round's oldest callback to be read and its news written down, where more were due than
   * the round took; else 0.
   */
  get lagMs(): number {
    return this.lag;
  }

  /** Says how many were due. */
  async processDue(limit: number, leaseMs: number): Promise<number> {
    const callbacks = await this.rows.claimDue(limit, leaseMs);
    if (callbacks.length < limit) this.lag = 0;
    if (callbacks.length === 0) return 0;
    const claimedAt = performance.now();
    const read = callbacks.map((callback) => this.read(callback));
    const readable = read.filter((one): one is ReadCallback => 'notices' in one);
    // What had trouble before is matched alone at once: it might hold up all of them again.
    const match = await this.matchAll(readable.filter(({ callback }) => !callback.hadTrouble));
    const readings = await Promise.all(
      read.map(async (one) => ({
        callback: one.callback,
        reading:
          'notices' in one ? await this.takeAll(one, one.callback.hadTrouble ? null : match) : one.reading,
      })),
    );
    await this.finish(readings);
    if (callbacks.length === limit)
      this.lag = Math.max(...callbacks.map(waitedMs)) + performance.now() - claimedAt;
    return callbacks.length;
  }

  /** For all of them together; null where one of them spoils it, or may, so that each is matched alone. */
  private async matchAll(readable: readonly ReadCallback[]): Promise<Match | null> {
    try {
      return await this.matching.find(readable.flatMap(named));
    } catch (error) {
      if (isDataError(error) || isTooSlow(error)) return null;
      throw error;
    }
  }

  /** All of them together, or one by one where one cannot be written: that one is put aside. */
  private async finish(readings: readonly ReadingOf[]): Promise<void> {
    try {
      await this.rows.finish(readings);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first, ...rest] = readings;
      if (first && rest.length === 0) {
        await this.finish([{ ...first, reading: parked('what it says cannot be stored') }]);
        return;
      }
      for (const one of readings) await this.finish([one]);
    }
  }

  private read(callback: ClaimedCallback): ReadCallback | { callback: ClaimedCallback; reading: Reading } {
    const partner = this.partners.find(callback.partner);
    if (!partner?.adapter.callbacks)
      return { callback, reading: parked('its partner is not configured any more') };
    try {
      return { callback, partner, notices: partner.adapter.callbacks.read(callback.raw) };
    } catch (error) {
      if (error instanceof UnreadableCallback) return { callback, reading: parked(error.message) };
      return { callback, reading: this.failed(callback, error) };
    }
  }

  private async takeAll(read: ReadCallback, together: Match | null): Promise<Reading> {
    const { callback } = read;
    try {
      const match = together ?? (await this.matching.find(named(read)));
      const taken: Taken[] = [];
      for (const [number, notice] of read.notices.entries())
        taken.push(...(await this.take(read, notice, number, match)));
      return reading(callback, taken);
    } catch (error) {
      return this.failed(callback, error);
    }
  }

  private async take(
    { callback, partner }: ReadCallback,
    notice: Notice,
    number: number,
    match: Match,
  ): Promise<readonly Taken[]> {
    switch (notice.is) {
      case 'ignored':
        return [];
      case 'balance':
        await this.balances.answer(notice.question, notice);
        return [];
      case 'receipt': {
        const known = match(partner.id, { receipt: notice.receipt })[0]?.operation ?? null;
        const taken = await this.receipts.take(partner, callback, known, notice);
        if (!taken) return [NOT_YET];
        const says = { is: 'receipt', receipt: notice.receipt };
        return [takenBy(taken.operation, number, says, taken.judgement)];
      }
      case 'outcome':
      case 'reply': {
        const matched = match(partner.id, notice.about).filter(
          ({ operation }) => notice.about.topic === undefined || mayAnswer(callback, operation),
        );
        if (matched.length === 0) return [notice.about.topic === undefined ? NOT_YET : NOT_AWAITED];
        return Promise.all(
          matched.map(async (one) => {
            const heard = await this.outcomes.take(partner, callback, one, notice);
            return heard ? takenBy(one.operation, number, heard.says, heard.judgement) : FOREIGN;
          }),
        );
      }
    }
  }

  private failed(callback: ClaimedCallback, error: unknown): Reading {
    // However long it is away or too slow, that is no callback's doing: none is put aside for it.
    if (error instanceof DatabaseUnavailable) {
      this.logger.warn({ err: error, callback: callback.id }, 'a callback waits for the database');
      const dueInMs = retryInMs(callback.tries);
      return isTooSlow(error)
        ? { state: 'waiting', dueInMs, error: TOO_SLOW, isStuck: isStuck(callback), notices: [] }
        : { state: 'waiting', dueInMs, error: error.name, notices: [] };
    }
    this.logger.error({ err: error, callback: callback.id }, 'a callback could not be processed');
    const message = error instanceof Error ? error.name : 'unforeseen';
    const failures = callback.failures + 1;
    if (failures >= MOST_FAILURES)
      return { ...parked(`failed ${failures} times: ${message}`), isFailure: true };
    return { state: 'waiting', dueInMs: retryInMs(failures), error: message, isFailure: true, notices: [] };
  }
}

const NOT_YET: Taken = { kept: null, again: 'unmatched' };
const NOT_AWAITED: Taken = { kept: null, again: 'unawaited' };
const FOREIGN: Taken = { kept: null, again: 'foreign' };

/** What names no operation is no answer to what was asked after it had come. */
const mayAnswer = ({ raw: { receivedAt } }: ClaimedCallback, { submittedAt }: Operation): boolean =>
  submittedAt === null || submittedAt.getTime() <= receivedAt.getTime() + CLOCKS_APART_MS;

const takenBy = (
  { id }: Operation,
  number: number,
  says: KeptNotice['says'],
  { effect }: Judgement,
): Taken => ({
  kept: { operationId: id, number, says, effect },
  again: effect === 'wait' ? 'early' : null,
});

/** Until it was first looked at. What is looked at again waits for its operation, not for us. */
const waitedMs = ({ tries, raw, claimedAt }: ClaimedCallback): number =>
  tries > 1 ? 0 : Math.max(claimedAt.getTime() - raw.receivedAt.getTime(), 0);

const named = ({ partner, notices }: ReadCallback) =>
  notices.map((notice) => ({ partner: partner.id, notice }));

const parked = (error: string): Reading => ({ state: 'parked', dueInMs: null, error, notices: [] });

function reading(callback: ClaimedCallback, taken: readonly Taken[]): Reading {
  const notices = taken.flatMap(({ kept }) => (kept ? [kept] : []));
  const again = taken.find((one) => one.again !== null)?.again ?? null;
  if (again === null) return { state: 'done', dueInMs: null, error: null, notices };
  if (again !== 'early' && !mayStillMatch(callback)) {
    // What nobody waits for any more moves nothing: the answer to a question that was asked twice.
    return again === 'unawaited'
      ? { state: 'done', dueInMs: null, error: null, notices }
      : { state: 'unmatched', dueInMs: null, error: NEVER[again], notices };
  }
  const dueInMs = Math.min(FIRST_LOOK_MS * 2 ** Math.min(callback.tries - 1, 16), LAST_LOOK_MS);
  return { state: 'waiting', dueInMs, error: null, notices };
}
