import { newId } from '#domain';
import { type IntakeResult, type ReversalResult, Reversals } from '#gateway';
import { SystemClock } from '#platform';
import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { callerOf, type IdentifiedRequest, may } from '../auth/caller.js';
import { Endpoint } from '../http/endpoint.js';
import { digestOf, readIdempotencyKey } from '../http/idempotency.js';
import { Problem } from '../problems/problem.js';
import { OperationAnswers } from './answers.js';
import { toMoney } from './money.dto.js';
import { type OperationDto, OperationIdDto } from './operation.dto.js';
import { reverseDocs } from './operations.docs.js';
import { ReversalRequestDto } from './reversal.dto.js';

@ApiTags('Operations')
@Controller('v1/operations')
export class ReversalsController {
  constructor(
    private readonly reversals: Reversals,
    private readonly answers: OperationAnswers,
    private readonly clock: SystemClock,
  ) {}

  @Post(':id/reversals')
  @Endpoint(reverseDocs)
  async create(
    @Param('id', { schema: OperationIdDto }) originalId: string,
    @Body({ schema: ReversalRequestDto }) body: ReversalRequestDto,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    const caller = callerOf(request);
    const result = await this.reversals.reverse({
      id: newId(this.clock.now()),
      clientId: caller.clientId,
      seesReceipts: may(caller, 'receipts:read'),
      originalId,
      idempotencyKey: readIdempotencyKey(request),
      digest: digestOf(`reversal of ${originalId}`, body),
      amount: body.amount ? toMoney(body.amount) : null,
      reason: body.reason ?? null,
    });
    return this.answers.answer(takenIn(result), caller, request, reply);
  }
}

function takenIn(result: ReversalResult): IntakeResult {
  switch (result.is) {
    case 'notFound':
      throw new Problem('not-found', { detail: 'there is no such operation' });
    case 'refused': {
      const { code, message: detail, pointer } = result;
      const errors = pointer === undefined ? [] : [{ in: 'body', pointer, message: detail } as const];
      throw new Problem(code, { detail, errors });
    }
    default:
      return result;
  }
}
