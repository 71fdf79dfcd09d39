import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { type Config } from '../config/read-config.js';
import { toErrorLine } from './error-line.js';
import { currentContext } from './request-context.js';
import { scrub } from './scrub.js';

/** Request and answer headers that a log line may show. All others may hold a secret. */
const SHOWN_HEADERS = new Set([
  'accept',
  'content-length',
  'content-type',
  'idempotency-replayed',
  'prefer',
  'retry-after',
  'traceparent',
  'user-agent',
  'x-correlation-id',
]);

type Headers = Readonly<Record<string, unknown>>;

/** Those on the allow list; the names of the others stay, so that their absence can be seen. */
export const safeHeaders = (headers: Headers): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SHOWN_HEADERS.has(name.toLowerCase()) ? value : '***',
    ]),
  );

const isHeaders = (value: unknown): value is Headers => typeof value === 'object' && value !== null;

const contextFields = (): object => {
  const context = currentContext();
  if (context === undefined) return {};
  return { correlationId: context.correlationId, traceId: context.traceId, spanId: context.spanId };
};

/**
 * JSON lines with correlation id and trace, each of them scrubbed before it is written.
 * `stream` defaults to standard output, written without holding up the event loop.
 */
export function createLogger(
  { log }: Pick<Config, 'log'>,
  name: string,
  stream: DestinationStream = destination({ dest: 1, sync: false }),
): Logger {
  return pino(
    {
      name,
      level: log.level,
      timestamp: stdTimeFunctions.isoTime,
      mixin: contextFields,
      serializers: {
        err: toErrorLine,
        error: toErrorLine,
        headers: (value: unknown) => (isHeaders(value) ? safeHeaders(value) : undefined),
      },
      hooks: { streamWrite: scrub },
    },
    stream,
  );
}
