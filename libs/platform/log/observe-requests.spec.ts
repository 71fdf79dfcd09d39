import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { Histogram, Registry } from 'prom-client';
import { createLogger } from './logger.js';
import { observeRequests } from './observe-requests.js';
import { currentContext } from './request-context.js';

function server() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  const logger = createLogger({ log: { level: 'info' } }, 'test', { write });
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'requests',
    help: 'requests',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const app = fastify();
  observeRequests(app, logger, histogram);
  app.post('/callbacks/:key/*', () => {
    logger.info({ headers: { authorization: 'Bearer abc', accept: '*/*' } }, 'from 254712345678');
    return currentContext();
  });
  app.get('/health/live', () => 'ok');
  return { app, lines, registry };
}

describe('a request', () => {
  it('keeps its context behind a body, and gives it back', async () => {
    const { app } = server();
    const answer = await app.inject({
      method: 'POST',
      url: '/callbacks/s3cret/result',
      headers: { 'x-correlation-id': 'order-7' },
      payload: { a: 1 },
    });
    expect(answer.json()).toMatchObject({ correlationId: 'order-7' });
    expect(answer.headers['x-correlation-id']).toBe('order-7');
    expect(answer.headers['traceparent']).toMatch(/^00-/);
  });

  it('is logged and measured by the pattern of its route', async () => {
    const { app, lines, registry } = server();
    await app.inject({
      method: 'POST',
      url: '/callbacks/s3cret/result',
      headers: { 'x-correlation-id': 'o7' },
    });
    const [inside, request] = lines;
    expect(inside).toMatchObject({
      correlationId: 'o7',
      msg: 'from 2547*****678',
      headers: { authorization: '***', accept: '*/*' },
    });
    expect(request).toMatchObject({ msg: 'request', correlationId: 'o7', method: 'POST', status: 200 });
    expect(request).toMatchObject({ route: '/callbacks/:key/*' });
    expect(request?.['traceId']).toBe(inside?.['traceId']);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
    expect(await registry.metrics()).toContain(
      'requests_count{method="POST",route="/callbacks/:key/*",status="200"} 1',
    );
  });

  it('to nowhere does not name the path', async () => {
    const { app, lines } = server();
    await app.inject({ url: '/254712345678' });
    expect(lines).toMatchObject([{ route: 'unmatched', status: 404 }]);
  });

  it('that only asks for health is not logged', async () => {
    const { app, lines } = server();
    await app.inject({ url: '/health/live' });
    expect(lines).toEqual([]);
  });
});
