import {
  type InboundReply,
  type InboundRequest,
  InboundRefused,
  type JsonObject,
  NoAnswer,
  NotReached,
  type Partner,
} from '#partner-kit';
import { counter } from '#platform';
import { Injectable } from '@nestjs/common';

/** An answer on its way to a partner that does not wait for it. */
export interface Telling {
  readonly request: InboundRequest['is'];
  readonly reply: InboundReply | InboundRefused;
  readonly memo: JsonObject;
}

/** For metrics and for the books. */
export const wordFor = (reply: InboundReply | InboundRefused): string =>
  reply instanceof InboundRefused ? reply.objection : 'answered';

/** Brings answers to partners. Each is a call of the adapter's like any other: ended in time, logged, part of its health. */
@Injectable()
export class Tellings {
  private readonly told = counter({
    name: 'passerelle_inbound_told_total',
    help: 'Answers brought to partners that do not wait for them, by what was asked, what was said and whether it was taken',
    labelNames: ['partner', 'request', 'answer', 'result'],
  });

  /** Has the partner taken it? Why not is in the log of its calls. */
  async tell({ id, adapter }: Partner, { request, reply, memo }: Telling): Promise<boolean> {
    const { inbound } = adapter;
    if (!inbound?.tell) throw new TypeError('this partner is told nothing');
    const result = await resultOf(inbound.tell(reply, memo));
    this.told.inc({ partner: id, request, answer: wordFor(reply), result });
    return result === 'taken';
  }
}

async function resultOf(telling: Promise<void>): Promise<string> {
  try {
    await telling;
    return 'taken';
  } catch (error) {
    if (error instanceof NotReached) return 'not-reached';
    return error instanceof NoAnswer ? 'no-answer' : 'error';
  }
}
