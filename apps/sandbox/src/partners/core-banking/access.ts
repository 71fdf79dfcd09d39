import { createHash, timingSafeEqual } from 'node:crypto';
import { type FastifyInstance } from 'fastify';
import { CoreRefusal } from './refusal.js';

/** Lets in whoever shows the key. */
export function guardAccess(scope: FastifyInstance, apiKey: string): void {
  const expected = digest(`Bearer ${apiKey}`);
  scope.addHook('onRequest', ({ headers }, _reply, done) => {
    const isKnown = timingSafeEqual(digest(headers.authorization ?? ''), expected);
    done(isKnown ? undefined : new CoreRefusal('unauthorized'));
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
