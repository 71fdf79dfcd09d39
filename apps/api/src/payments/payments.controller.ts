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
import { PaymentRequestDto } from './payment.dto.js';
import { createPaymentDocs } from './payments.docs.js';

@ApiTags('Payments')
@Controller('v1/payments')
export class PaymentsController {
  constructor(
    private readonly submissions: Submissions,
    private readonly answers: OperationAnswers,
  ) {}

  @Post()
  @Endpoint(createPaymentDocs)
  async create(
    @Body({ schema: PaymentRequestDto }) body: PaymentRequestDto,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    const caller = callerOf(request);
    const key = readIdempotencyKey(request);
    const result = await this.submissions.submit(caller.clientId, key, toAsked(body), body);
    return this.answers.answer(result, caller, request, reply);
  }
}

const toAsked = (body: PaymentRequestDto): Asked => ({
  kind: 'payment',
  partner: body.partner,
  amount: toMoney(body.amount),
  payer: body.payer ?? null,
  payee: body.payee ?? null,
  reference: body.reference ?? null,
  description: body.description ?? null,
  metadata: body.metadata ?? null,
  confirmation: body.confirmation ?? null,
  method: body.method ?? null,
  returnUrls: body.returnUrls ?? null,
});
