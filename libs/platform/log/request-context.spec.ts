import { describe, expect, it } from '@jest/globals';
import { outgoingTraceHeaders, runInContext, startContext, toTraceparent } from './request-context.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the request context', () => {
  it('continues a trace with a span of its own', () => {
    const context = startContext({ correlationId: 'order-7', traceparent: TRACEPARENT });
    expect(context).toMatchObject({
      correlationId: 'order-7',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      traceFlags: '01',
    });
    expect(context.spanId).not.toBe('00f067aa0ba902b7');
    expect(toTraceparent(context)).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['absent', undefined],
    ['of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['of a forbidden version', TRACEPARENT.replace(/^00/, 'ff')],
    ['in capitals', TRACEPARENT.toUpperCase()],
    ['not one', 'hello'],
  ])('starts a trace where the header is %s', (_, traceparent) => {
    const context = startContext({ traceparent });
    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it.each(['', 'two words', 'line\nbreak', 'x'.repeat(129)])(
    'replaces the malformed correlation id %j',
    (id) => {
      expect(startContext({ correlationId: id }).correlationId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('travels with asynchronous work, and out with its calls', async () => {
    const context = startContext({ correlationId: 'order-7' });
    const headers = await runInContext(context, async () => {
      await Promise.resolve();
      return outgoingTraceHeaders();
    });
    expect(headers).toEqual({ 'x-correlation-id': 'order-7', traceparent: toTraceparent(context) });
    expect(outgoingTraceHeaders()).toEqual({});
  });
});
