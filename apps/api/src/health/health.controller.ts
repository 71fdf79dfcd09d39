import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Public, type PublicOptions } from '../http/endpoint.js';
import { LiveDto, ReadyDto } from './health.dto.js';
import { Readiness } from './readiness.js';

const WHY = 'supervisors and load balancers have no token';

const liveDocs: PublicOptions = {
  operationId: 'isLive',
  summary: 'Is the process alive?',
  description: 'Answers as long as the process does. For a supervisor that restarts what hangs.',
  answers: {
    200: {
      description: 'Alive',
      schema: LiveDto,
      examples: { ok: { summary: 'Alive', value: { status: 'ok' } } },
    },
  },
};

const ready: ReadyDto = { status: 'ok', database: 'ok', migrations: 'ok', stopping: false };
const away: ReadyDto = { status: 'unavailable', database: 'away', migrations: 'unknown', stopping: false };

const readyDocs: PublicOptions = {
  operationId: 'isReady',
  summary: 'Can the process work?',
  description: 'Looks at the database and its schema. A partner that is away changes nothing here.',
  answers: {
    200: { description: 'Ready', schema: ReadyDto, examples: { ok: { summary: 'Ready', value: ready } } },
    503: {
      description: 'Not ready',
      schema: ReadyDto,
      examples: { away: { summary: 'The database is away', value: away } },
    },
  },
};

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Public(WHY, liveDocs)
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public(WHY, readyDocs)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyDto> {
    const state = await this.readiness.check();
    void reply.code(state.status === 'ok' ? 200 : 503);
    return state;
  }
}
