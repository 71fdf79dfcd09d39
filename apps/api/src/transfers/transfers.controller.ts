import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { callerOf, type IdentifiedRequest } from '../auth/caller.js';
import { Endpoint } from '../http/endpoint.js';
import { readIdempotencyKey } from '../http/idempotency.js';
import { OperationAnswers } from '../operations/answers.js';
import { toMoney } from '../operations/money.dto.js';
import { type OperationDto } from '../operations/operation.dto.js';
import { type Asked, Submissions } from '../operations/submissions.js';
import { TransferRequestDto } from './transfer.dto.js';
import { createTransferDocs } from './transfers.docs.js';

@ApiTags('Transfers')
@Controller('v1/transfers')
export class TransfersController {
  constructor(
    private readonly submissions: Submissions,
    private readonly answers: OperationAnswers,
  ) {}

  @Post()
  @Endpoint(createTransferDocs)
  async create(
    @Body({ schema: TransferRequestDto }) body: TransferRequestDto,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    const caller = callerOf(request);
    const key = readIdempotencyKey(request);
    const result = await this.submissions.submit(caller.clientId, key, toAsked(body), body);
    return this.answers.answer(result, caller, request, reply);
  }
}

const toAsked = (body: TransferRequestDto): Asked => ({
  kind: 'transfer',
  partner: body.partner,
  amount: toMoney(body.amount),
  payer: null,
  payee: body.payee,
  reference: body.reference ?? null,
  description: body.description ?? null,
  metadata: body.metadata ?? null,
  confirmation: body.confirmation ?? null,
  method: body.method ?? null,
  returnUrls: null,
});
