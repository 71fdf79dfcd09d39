import { type FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { pointerOf } from '../http/pointer.js';
import { fieldProblem } from '../problems/problem.js';
import { repeatedName } from './repeated-names.js';

/**
 * Reads bodies of JSON. A name that is there twice is refused: two readers of one request could take it for two, and a
 * log of what was asked for would not say which.
 */
export function readJsonBodies(adapter: FastifyAdapter, bodyLimit: number): void {
  const parse = adapter.getInstance<FastifyInstance>().getDefaultJsonParser('error', 'error');
  adapter.useBodyParser('application/json', false, { bodyLimit }, (request, body, done) => {
    const text = body.toString('utf8');
    void parse(request, text, (error, value) => {
      if (error) {
        done(fieldProblem('malformed-request', '', whyUnreadable(text)), undefined);
        return;
      }
      const path = repeatedName(text, value);
      if (path)
        done(fieldProblem('validation-failed', pointerOf(path), 'is there more than once'), undefined);
      else done(null, value);
    });
  });
}

/** In the words of V8: where it stops being JSON, without what stands there, which may be somebody's number. */
const POSITION = /line \d+ column \d+/;

function whyUnreadable(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    const [position] = POSITION.exec(String(error)) ?? [];
    return position === undefined ? 'is no JSON' : `is no JSON at ${position}`;
  }
  return 'holds a name that is never taken, such as "__proto__"';
}
