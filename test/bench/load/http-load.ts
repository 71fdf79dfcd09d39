import { HttpConnection } from './http-connection.js';
import { type CallbackJob, type IntakeJob, type Measured, type Timing } from './job.js';
import { paymentRequests, type RequestAt, webhookRequests } from './requests.js';
import { Stopwatch } from './stopwatch.js';

/** What a load is made of. */
interface HttpLoad extends Timing {
  /** Connections take them in turn. */
  readonly origins: readonly string[];
  readonly connections: number;
  readonly requestAt: RequestAt;
  readonly expected: number;
}

/** Every connection sends its next request as soon as the one before is answered. */
async function pushRequests(load: HttpLoad): Promise<Measured> {
  const { origins, connections, requestAt, expected, ...timing } = load;
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
        connection.send(requestAt(count++), (status) => {
          if (status === expected) stopwatch.record(beganAt);
          else stopwatch.fail(String(status));
          next();
        });
      };
      next();
    });
  const open = Array.from(
    { length: connections },
    (_, index) => new HttpConnection(origins[index % origins.length] ?? ''),
  );
  await Promise.all(open.map(keepSending));
  for (const connection of open) connection.close();
  return stopwatch.read();
}

export const pushPayments = ({ apiUrls, token, ...job }: IntakeJob): Promise<Measured> =>
  pushRequests({
    ...job,
    origins: apiUrls,
    expected: 202,
    requestAt: paymentRequests(apiUrls[0] ?? '', token),
  });

export const pushCallbacks = ({ apiUrl, callbackKey, secret, ...job }: CallbackJob): Promise<Measured> =>
  pushRequests({
    ...job,
    origins: [apiUrl],
    expected: 200,
    requestAt: webhookRequests(apiUrl, callbackKey, secret),
  });
