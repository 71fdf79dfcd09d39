import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type Histogram } from 'prom-client';
import {
  currentContext,
  type RequestContext,
  runInContext,
  startContext,
  toTraceparent,
} from './request-context.js';

const CONTEXT = Symbol('context');

/** On the request itself: a table of weak keys would keep the garbage collector busy. */
interface Observed extends FastifyRequest {
  [CONTEXT]?: RequestContext | null;
}

/** Rate, errors and duration of the routes, in seconds. */
export type RequestHistogram = Histogram<'method' | 'route' | 'status'>;

/** What a person polls and nobody reads in a log. */
const QUIET = /^\/(?:health\/|metrics$)/;

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** The route's pattern: a path may hold a callback key or a telephone number. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

/** The context of a request, for code that runs outside of its asynchronous scope. */
export const contextOf = (request: Observed): RequestContext | undefined => request[CONTEXT] ?? undefined;

function report(
  logger: Logger,
  histogram: RequestHistogram,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { method } = request;
  const route = routeOf(request);
  const status = reply.statusCode;
  histogram.observe({ method, route, status }, reply.elapsedTime / 1000);
  const line = { method, route, status, ms: Math.round(reply.elapsedTime * 10) / 10 };
  if (status >= 500) logger.error(line, 'request');
  else if (QUIET.test(route)) logger.debug(line, 'request');
  else logger.info(line, 'request');
}

/**
 * Gives every request its context (`X-Correlation-Id` and `traceparent`, in and out), and its end one log line and
 * one observation: method, route pattern, status, duration. Call it before the routes are registered.
 */
export function observeRequests(fastify: FastifyInstance, logger: Logger, histogram: RequestHistogram): void {
  fastify.decorateRequest(CONTEXT, null);
  fastify.addHook('onRequest', (request: Observed, reply, done) => {
    const context = startContext({
      correlationId: one(request.headers['x-correlation-id']),
      traceparent: one(request.headers['traceparent']),
    });
    request[CONTEXT] = context;
    void reply
      .header('x-correlation-id', context.correlationId)
      .header('traceparent', toTraceparent(context));
    done();
  });
  // Only now: reading a body leaves whatever asynchronous scope was opened before.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const context = contextOf(request);
    if (context === undefined) done();
    else runInContext(context, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const context = contextOf(request);
    // As a rule the end of an answer is told within the scope of its request; a scope more would cost for nothing.
    if (context === undefined || context === currentContext()) report(logger, histogram, request, reply);
    else
      runInContext(context, () => {
        report(logger, histogram, request, reply);
      });
    done();
  });
}
