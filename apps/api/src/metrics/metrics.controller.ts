import { MetricsDoor } from '#platform';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
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

/** What Prometheus scrapes. */
@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly door: MetricsDoor) {}

  @Get()
  @Public('Prometheus sends its own token, where one is configured', metricsDocs)
  async scrape(
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!this.door.opensFor(headers.authorization)) {
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="metrics"' } });
    }
    const { contentType, text } = await this.door.read();
    void reply.type(contentType);
    return text;
  }
}
