import { resolveSecret } from '#platform';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import { register } from 'prom-client';
import { z } from 'zod';
import { CONFIG, type Config } from '../config.js';
import { Public, type PublicOptions } from '../http/endpoint.js';
import { Problem } from '../problems/problem.js';

const MetricsDto = z.string().describe('Metrics in Prometheus’ text format.').meta({ id: 'Metrics' });

const metricsDocs: PublicOptions = {
  operationId: 'readMetrics',
  summary: 'Metrics for Prometheus',
  description:
    'Without a token as long as none is configured (`metrics.token`); otherwise it is sent as a bearer token.',
  answers: {
    200: {
      description: 'The metrics',
      schema: MetricsDto,
      mediaType: 'text/plain',
      examples: {
        one: { summary: 'One line of many', value: 'process_cpu_seconds_total 1.25\n' },
      },
    },
  },
  problems: ['unauthenticated'],
};

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What Prometheus scrapes. */
@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  private readonly expected: Buffer | null;

  constructor(@Inject(CONFIG) { metrics, configDir }: Config) {
    this.expected =
      metrics.token === undefined ? null : digest(`Bearer ${resolveSecret(metrics.token, configDir)}`);
  }

  @Get()
  @Public('Prometheus sends its own token, where one is configured', metricsDocs)
  async scrape(
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (this.expected && !timingSafeEqual(digest(headers.authorization ?? ''), this.expected)) {
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="metrics"' } });
    }
    void reply.type(register.contentType);
    return register.metrics();
  }
}
