import { type IntakeResult, isSettledForCaller, type Operation, OperationWatch } from '#gateway';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isTerminal } from '#domain';
import { type Caller, may } from '../auth/caller.js';
import { CONFIG, type Config } from '../config.js';
import { waitSecondsOf } from '../http/prefer.js';
import { Problem } from '../problems/problem.js';
import { Drain } from '../server/drain.js';
import { type OperationDto, toOperationDto } from './operation.dto.js';

/** Answers requests that move money: at once, or when there is something to say. */
@Injectable()
export class OperationAnswers {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly watch: OperationWatch,
    private readonly drain: Drain,
  ) {}

  /** 202 while the operation is under way; 200 where the caller waited and it has ended. */
  async answer(
    result: IntakeResult,
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<OperationDto> {
    const taken = takenIn(result);
    if (result.is === 'replayed') void reply.header('idempotency-replayed', 'true');
    const waitS = waitSecondsOf(request.headers['prefer'], this.config);
    const operation = waitS === null ? taken : await this.whenSettled(taken, waitS, reply);
    const hasEnded = waitS !== null && isTerminal(operation.state);
    void reply.code(hasEnded ? 200 : 202).header('location', `/v1/operations/${operation.id}`);
    return toOperationDto(operation, may(caller, 'parties:read'));
  }

  private async whenSettled(operation: Operation, waitS: number, reply: FastifyReply): Promise<Operation> {
    void reply.header('preference-applied', `wait=${String(waitS)}`);
    if (isSettledForCaller(operation) || waitS === 0) return operation;
    const hungUp = new AbortController();
    const onClose = (): void => {
      hungUp.abort();
    };
    reply.raw.once('close', onClose);
    try {
      const signal = AbortSignal.any([hungUp.signal, this.drain.signal]);
      return (await this.watch.untilSettled(operation.id, waitS * 1000, signal)) ?? operation;
    } finally {
      reply.raw.off('close', onClose);
    }
  }
}

function takenIn(result: IntakeResult): Operation {
  switch (result.is) {
    case 'accepted':
    case 'replayed':
      return result.operation;
    case 'inFlight':
      throw new Problem('idempotency-key-in-flight', { retryAfterS: 1 });
    case 'keyReused':
      throw new Problem('idempotency-key-reused', {
        errors: [{ in: 'header', pointer: '/Idempotency-Key', message: 'was used for a different request' }],
      });
  }
}
