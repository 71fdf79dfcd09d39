import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from '#domain';
import { randomUUID } from 'node:crypto';

/** What ties the log lines, the partner calls and the answer of one piece of work together. */
export interface RequestContext {
  readonly correlationId: string;
  /** W3C trace context: 32 hexadecimal digits. */
  readonly traceId: string;
  /** Our own span, 16 hexadecimal digits. */
  readonly spanId: string;
  /** W3C trace flags, 2 hexadecimal digits. */
  readonly traceFlags: string;
}

/** What came in with a request, or was kept with an operation. */
export interface Origin {
  readonly correlationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

const CORRELATION_ID = /^[\w.:@/+=-]{1,128}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/;

const storage = new AsyncLocalStorage<RequestContext>();

/** Continues the trace with a span of our own; what is absent or malformed is made. */
export function startContext({ correlationId, traceparent }: Origin = {}): RequestContext {
  const [, traceId, traceFlags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return {
    correlationId:
      correlationId !== undefined && CORRELATION_ID.test(correlationId) ? correlationId : randomUUID(),
    traceId: traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: traceFlags ?? '01',
  };
}

export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();

export const toTraceparent = ({ traceId, spanId, traceFlags }: RequestContext): string =>
  `00-${traceId}-${spanId}-${traceFlags}`;

/** Headers for a call that we make on behalf of the current work; none outside of any. */
export function outgoingTraceHeaders(): Record<string, string> {
  const context = storage.getStore();
  if (context === undefined) return {};
  return { 'x-correlation-id': context.correlationId, traceparent: toTraceparent(context) };
}
