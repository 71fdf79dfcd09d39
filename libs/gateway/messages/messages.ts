import { cut } from '#domain';
import {
  type CallbackAnswer,
  overhear,
  type Partner,
  type PartnerMessage,
  type RawCallback,
} from '#partner-kit';
import { Coalescer, counter, Database, isDataError, SystemClock } from '#platform';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type Spelled } from '../operations/timeline-entries.js';
import { maskBody, maskHeaders, maskPath, maskText } from '../operations/timeline-mask.js';

const KEEP = {
  name: 'messages-keep',
  text: `INSERT INTO messages (partner, topic, direction, at, method, path, request, answer, answered_at, failure)
    SELECT * FROM json_to_recordset($1::json) AS r(partner text, topic text, direction text, at timestamptz, method text,
      path text, request jsonb, answer jsonb, answered_at timestamptz, failure text)`,
};

interface Row {
  readonly partner: string;
  readonly topic: string;
  readonly direction: 'sent' | 'received';
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly request: Spelled;
  readonly answer: (Spelled & { readonly status: number }) | null;
  readonly answered_at: Date | null;
  readonly failure: string | null;
}

/** What waits to be written, not masked yet: nobody who moves money waits for that. */
interface Waiting {
  readonly partner: string;
  readonly toRow: () => Row;
}

/** More than a process hears within a second. Beyond that the database is slow, and memory is for the money. */
const MOST_WAITING = 2_000;
/** Of the partner's making: longer ones are none of ours. */
const LONGEST_TOPIC = 200;

/**
 * Keeps what we and partners say to each other, masked, for the timelines of operations: of partners whose file asks for it
 * (`keepMessages`). Beside the money and not within: nothing waits for it, and what cannot be written is counted and lost.
 */
@Injectable()
export class Messages implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Messages.name);
  private readonly lost = counter({
    name: 'passerelle_partner_messages_lost_total',
    help: 'Messages that could not be kept for a timeline',
    labelNames: ['partner'],
  });
  private readonly writing = new Set<Promise<void>>();
  private readonly rows: Coalescer<Waiting, undefined>;

  constructor(
    database: Database,
    private readonly clock: SystemClock,
  ) {
    this.rows = new Coalescer({
      run: async (batch) => {
        await database.execute(KEEP, [JSON.stringify(batch.map(({ toRow }) => toRow()))]);
        return batch.map(() => undefined);
      },
      isolates: isDataError,
      parallel: 1,
      maxBatch: 32,
    });
  }

  /** @param topic the operation, or the partner's id of the movement, that the work is about */
  during<T>({ id: partner, keepsMessages }: Partner, topic: string, work: () => Promise<T>): Promise<T> {
    if (!keepsMessages) return work();
    return overhear(work, (messages) => {
      for (const message of messages) this.keep({ partner, toRow: () => rowOf(partner, topic, message) });
    });
  }

  /** A request of the partner's, and what it was answered. */
  received(
    { id: partner, keepsMessages }: Partner,
    topic: string,
    raw: RawCallback,
    answer: CallbackAnswer,
  ): void {
    if (!keepsMessages) return;
    const answeredAt = this.clock.now();
    this.keep({ partner, toRow: () => rowOfReceived({ partner, topic, raw, answer, answeredAt }) });
  }

  /** Before the connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.writing);
  }

  private keep(waiting: Waiting): void {
    if (this.writing.size >= MOST_WAITING) {
      this.lost.inc({ partner: waiting.partner });
      return;
    }
    const written: Promise<void> = this.rows
      .submit(waiting)
      .catch((error: unknown) => {
        this.lost.inc({ partner: waiting.partner });
        this.logger.warn(
          { err: error, partner: waiting.partner },
          'a message could not be kept for a timeline',
        );
      })
      .finally(() => this.writing.delete(written));
    this.writing.add(written);
  }
}

function spelled(headers: Readonly<Record<string, unknown>>, body: Buffer): Spelled {
  const { text, cut } = maskBody(body);
  return { headers: maskHeaders(headers), body: text === '' ? null : text, cut };
}

const rowOf = (
  partner: string,
  topic: string,
  { sentAt: at, request, reply, repliedAt, failure }: PartnerMessage,
): Row => ({
  ...{ partner, topic, direction: 'sent', at, method: request.method, path: maskPath(request.path) },
  request: spelled(request.headers ?? {}, Buffer.from(request.body ?? '')),
  answer: reply && { status: reply.status, ...spelled(reply.headers, Buffer.from(reply.text)) },
  ...{ answered_at: repliedAt, failure: failure === null ? null : maskText(failure) },
});

interface Asked {
  readonly partner: string;
  readonly topic: string;
  readonly raw: RawCallback;
  readonly answer: CallbackAnswer;
  readonly answeredAt: Date;
}

const rowOfReceived = ({ partner, topic, raw, answer, answeredAt }: Asked): Row => ({
  ...{ partner, topic: cut(topic, LONGEST_TOPIC), direction: 'received', at: raw.receivedAt },
  ...{ method: raw.method, path: maskPath(`/${raw.path}`) },
  request: spelled(raw.headers, raw.body),
  answer: {
    status: answer.status,
    ...spelled({ 'content-type': answer.contentType }, Buffer.from(answer.body)),
  },
  ...{ answered_at: answeredAt, failure: null },
});
