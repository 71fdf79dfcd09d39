import { HttpConnection } from './http-connection.js';
import { type Measured, type ReadJob } from './job.js';
import { getRequest } from './requests.js';
import { Stopwatch } from './stopwatch.js';

/** One path after another over one connection. What has begun counts, however late it is answered. */
export async function readPaths({ apiUrl, token, paths, ...timing }: ReadJob): Promise<Measured> {
  const connection = new HttpConnection(apiUrl);
  const stopwatch = new Stopwatch(timing);
  const read = (path: string): Promise<number | string> =>
    new Promise((resolve) => {
      connection.send(getRequest(apiUrl, token, path), resolve);
    });
  for (const path of paths) {
    if (stopwatch.isOver) break;
    const beganAt = performance.now();
    const status = await read(path);
    if (status === 200) stopwatch.recordDue(beganAt);
    else stopwatch.fail(String(status));
  }
  connection.close();
  return stopwatch.read();
}
