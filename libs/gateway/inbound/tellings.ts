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
import { Messages } from '../messages/messages.js';

/** An answer on its way to a partner that does not wait for it. */
export interface Telling {
  readonly request: Kind;
  /** The partner's id of the movement that it is about; null: about none. */
  readonly topic: string | null;
  readonly reply: InboundReply | InboundRefused;
  readonly memo: JsonObject;
}

/** The partner's id of the movement that a request is about; null: about none, or only its reader can tell. */
export function topicOf(request: InboundRequest): string | null {
  switch (request.is) {
    case 'quote':
      return request.transfer;
    case 'transfer':
    case 'question':
      return request.id;
    case 'refused':
      return request.id ?? null;
    case 'lookup':
    case 'news':
    case 'health':
      return null;
  }
}

/** What was asked, for metrics. */
export type Kind = Exclude<InboundRequest['is'], 'refused'>;
export const kindOf = (request: InboundRequest): Kind =>
  request.is === 'refused' ? request.asked : request.is;

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

  constructor(private readonly messages: Messages) {}

  /** Has the partner taken it? Why not is in the log of its calls. */
  async tell(partner: Partner, { request, topic, reply, memo }: Telling): Promise<boolean> {
    const { inbound } = partner.adapter;
    const tell = inbound?.tell?.bind(inbound);
    if (!tell) throw new TypeError('this partner is told nothing');
    const telling = () => tell(reply, memo);
    const result = await resultOf(topic === null ? telling() : this.messages.during(partner, topic, telling));
    this.told.inc({ partner: partner.id, request, answer: wordFor(reply), result });
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
