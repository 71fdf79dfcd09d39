import { idempotencyKeyAt, paymentAt, webhookAt } from './bodies.js';
import { HttpConnection, type HttpRequest } from './http-connection.js';
import { type CallbackJob, type IntakeJob, type Measured, type Timing } from './job.js';
import { Stopwatch } from './stopwatch.js';

/** What a load is made of. */
interface HttpLoad extends Timing {
  readonly origin: string;
  readonly connections: number;
  /** The request of that number. */
  readonly requestAt: (count: number) => HttpRequest;
  readonly expected: number;
}

/** Every connection sends its next request as soon as the one before is answered. */
async function pushRequests({ origin, connections, requestAt, expected, ...timing }: HttpLoad) {
  const stopwatch = new Stopwatch(timing);
  let count = 0;
  const keepSending = (connection: HttpConnection): Promise<void> =>
    new Promise((resolve) => {
      const next = (): void => {
        if (stopwatch.isOver) {
          resolve();
          return;
        }
        const beganAt = performance.now();
        connection.post(requestAt(count++), (status) => {
          if (status === expected) stopwatch.record(beganAt);
          else stopwatch.fail(String(status));
          next();
        });
      };
      next();
    });
  const open = Array.from({ length: connections }, () => new HttpConnection(origin));
  await Promise.all(open.map(keepSending));
  await Promise.all(open.map((connection) => connection.close()));
  return stopwatch.read();
}

/** `POST /v1/payments`, each with a key of its own. */
export const paymentRequests =
  (token: string) =>
  (count: number): HttpRequest => ({
    path: '/v1/payments',
    headers: [
      ...['authorization', `Bearer ${token}`, 'content-type', 'application/json'],
      ...['idempotency-key', idempotencyKeyAt(count)],
    ],
    body: paymentAt(count),
  });

export const pushPayments = ({ apiUrl, token, ...job }: IntakeJob): Promise<Measured> =>
  pushRequests({ ...job, origin: apiUrl, expected: 202, requestAt: paymentRequests(token) });

export const pushCallbacks = ({ apiUrl, callbackKey, secret, ...job }: CallbackJob): Promise<Measured> =>
  pushRequests({
    ...job,
    origin: apiUrl,
    expected: 200,
    requestAt: (count) => {
      const { body, signature } = webhookAt(count, secret);
      return {
        path: `/callbacks/${callbackKey}/webhook`,
        headers: ['content-type', 'application/json', 'wave-signature', signature],
        body,
      };
    },
  });
