import { contextOf } from '#platform';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AllowedMethods } from '../server/allowed-methods.js';
import { OAuthError } from '../auth/oauth-error.js';
import { Problem } from './problem.js';
import { toProblemDto } from './problem.dto.js';
import { toProblem } from './to-problem.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every error leaves the API here, as RFC 9457, or as RFC 6749 where OAuth is spoken. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly allowedMethods: AllowedMethods) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    if (error instanceof OAuthError) {
      void reply.code(error.status).headers(error.headers).type('application/json').send(error.toJSON());
      return;
    }
    const problem = this.withMethods(toProblem(error), request);
    if (problem.status >= 500)
      this.logger.error({ err: problem.cause ?? problem, code: problem.code }, problem.message);
    const correlationId = contextOf(request)?.correlationId ?? '';
    const body = toProblemDto(problem, correlationId, READS.has(request.method));
    void reply
      .code(problem.status)
      .headers(problem.headers)
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify(body));
  }

  /** Nothing is routed there with this method; with another there may be. */
  private withMethods(problem: Problem, request: FastifyRequest): Problem {
    if (problem.code !== 'not-found' || !request.is404) return problem;
    const allowed = this.allowedMethods.of(request.url);
    if (allowed.length === 0) return new Problem('not-found', { detail: 'nothing is at this address' });
    return new Problem('method-not-allowed', { headers: { allow: allowed.join(', ') } });
  }
}
