import { describe, expect, it } from '@jest/globals';
import { toErrorLine } from './error-line.js';

describe('an error in the log', () => {
  it('shows its causes, and nothing that was hung on it', () => {
    const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET', client: { password: 'hunter2' } });
    const line = toErrorLine(new TypeError('no answer', { cause }));
    expect(line).toMatchObject({ type: 'TypeError', message: 'no answer', cause: { code: 'ECONNRESET' } });
    expect(line.stack).toContain('error-line.spec');
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  it('shows all of several', () => {
    const line = toErrorLine(new AggregateError([new Error('one'), new Error('other')], 'both'));
    expect(line.errors).toMatchObject([{ message: 'one' }, { message: 'other' }]);
  });

  it('is cut where causes turn in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(toErrorLine(error)).length).toBeLessThan(20_000);
  });

  it('takes what is not an error', () => {
    expect(toErrorLine('oops')).toEqual({ type: 'string', message: 'oops' });
  });
});
