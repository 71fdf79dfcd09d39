import { MetricsDoor } from '#platform';
import { Controller, Get, Headers, Res, UnauthorizedException } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

/** What Prometheus scrapes of a worker. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly door: MetricsDoor) {}

  @Get()
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!this.door.opensFor(authorization)) throw new UnauthorizedException();
    const { contentType, text } = await this.door.read();
    void reply.type(contentType);
    return text;
  }
}
