import { isTerminal, needsCaller } from '#domain';
import { Injectable } from '@nestjs/common';
import { type Operation } from './operation.js';
import { OperationNews } from './operation-news.js';
import { OperationReader } from './reader.js';

/** Has the operation come to where its caller can do something, or to its end? A question with its yes asks nobody. */
export const isSettledForCaller = ({ state, nextAction, confirmedStep }: Operation): boolean =>
  isTerminal(state) ||
  (needsCaller(state) && confirmedStep === null) ||
  // The question that was answered last stays with the operation: it asks nobody any more.
  (state === 'pending' && nextAction !== null && nextAction.type !== 'confirm');

/** Holds an answer until there is something to say: asynchronous made synchronous. */
@Injectable()
export class OperationWatch {
  constructor(
    private readonly reader: OperationReader,
    private readonly news: OperationNews,
  ) {}

  /** The operation once it needs its caller or has ended, or as it stands when the time is up. Null: there is none. */
  async untilSettled(id: string, waitMs: number, signal?: AbortSignal): Promise<Operation | null> {
    const until = performance.now() + waitMs;
    for (;;) {
      const heard = this.news.next(id, until - performance.now(), signal);
      try {
        const operation = await this.reader.find(id);
        if (!operation || isSettledForCaller(operation)) return operation;
        if (signal?.aborted || performance.now() >= until) return operation;
        await heard.promise;
      } finally {
        heard.forget();
      }
    }
  }
}
