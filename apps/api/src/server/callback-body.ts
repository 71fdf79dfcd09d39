import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';

const PREFIX = '/callbacks/';

/** Under this type every body is taken as bytes. The true type stays in the raw headers. */
const BYTES = 'application/octet-stream';

/** What a callback may weigh. */
export const CALLBACK_LIMIT_BYTES = 65_536;

/**
 * Takes the bodies of callbacks exactly as they come: any content type, none, a malformed one, broken JSON.
 * What a partner sent is evidence before it is anything else.
 */
export function keepCallbackBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.url?.startsWith(PREFIX) === true) request.raw.headers['content-type'] = BYTES;
    done();
  });
  fastify.addContentTypeParser(
    BYTES,
    { parseAs: 'buffer', bodyLimit: CALLBACK_LIMIT_BYTES },
    (request, body, done) => {
      if (request.raw.url?.startsWith(PREFIX) === true) done(null, body);
      else done(new Problem('media-type-unsupported'));
    },
  );
}

/** Headers as they came, names in lower case, repeated ones joined. */
export function headersOf({ raw }: FastifyRequest): Record<string, string> {
  const { rawHeaders } = raw;
  const headers: Record<string, string> = {};
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = (rawHeaders[n] ?? '').toLowerCase();
    const value = rawHeaders[n + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** What follows the callback key in the path, as it was written, without slashes around it. */
export function pathAfterKey(url: string): string {
  const [path = ''] = url.slice(PREFIX.length).split('?');
  const slash = path.indexOf('/');
  return slash < 0 ? '' : path.slice(slash).replace(/^\/+|\/+$/g, '');
}
