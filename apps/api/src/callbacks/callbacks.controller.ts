import { CallbackIntake } from '#gateway';
import { PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { Controller, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../http/endpoint.js';
import { Problem } from '../problems/problem.js';
import { headersOf, pathAfterKey } from '../server/callback-body.js';
import { callbackDocs, KEY_ONLY } from './callbacks.docs.js';

type CallbackRequest = FastifyRequest<{ Params: { key: string }; Body: unknown }>;

const NOTHING = Buffer.alloc(0);
const WHY = 'a partner knows the key in the address, and proves the rest as it can';

/** Where partners call us. Kept first, then acknowledged; understood later, by the worker. */
@ApiTags('Callbacks')
@Controller('callbacks')
export class CallbacksController {
  constructor(
    private readonly partners: PartnerRegistry,
    private readonly intake: CallbackIntake,
    private readonly clock: SystemClock,
  ) {}

  @Post(':key/*')
  @Public(WHY, callbackDocs('receiveCallback'))
  receivePost(@Req() request: CallbackRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.receive(request, reply);
  }

  @Put(':key/*')
  @Public(WHY, callbackDocs('receiveCallbackByPut'))
  receivePut(@Req() request: CallbackRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.receive(request, reply);
  }

  @Post(':key')
  @Public(WHY, callbackDocs('receiveCallbackWithoutPath', KEY_ONLY))
  receiveBare(@Req() request: CallbackRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.receive(request, reply);
  }

  private async receive(request: CallbackRequest, reply: FastifyReply): Promise<void> {
    const partner = this.partners.byCallbackKey(request.params.key);
    if (!partner) throw new Problem('not-found', { detail: 'nothing is at this address' });
    const { answer } = await this.intake.receive(partner, {
      method: request.method,
      path: pathAfterKey(request.raw.url ?? ''),
      headers: headersOf(request),
      body: Buffer.isBuffer(request.body) ? request.body : NOTHING,
      source: request.ip,
      receivedAt: this.clock.now(),
    });
    if (!answer) throw new Problem('callback-forged');
    void reply.code(answer.status).type(answer.contentType).send(answer.body);
  }
}
