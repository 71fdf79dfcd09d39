import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Problem } from '../problems/problem.js';
import { ValidationPipe } from './validation.pipe.js';

const schema = z.strictObject({
  amount: z.strictObject({ value: z.string() }),
  list: z.array(z.int()).optional(),
  either: z.discriminatedUnion('type', [z.strictObject({ type: z.literal('a'), x: z.string() })]).optional(),
});

function problemOf(value: unknown, type: 'body' | 'query' | 'param' = 'body', data?: string): Problem {
  try {
    new ValidationPipe().transform(value, { type, schema, ...(data === undefined ? {} : { data }) });
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('validation', () => {
  it('hands on what fits', () => {
    const value = { amount: { value: '1' } };
    expect(new ValidationPipe().transform(value, { type: 'body', schema })).toEqual(value);
    expect(new ValidationPipe().transform('anything', { type: 'custom' })).toBe('anything');
  });

  it('points at every field that does not', () => {
    const { code, errors } = problemOf({ amount: { value: 1, currency: 'X' }, list: [1, 'two'], more: true });
    expect(code).toBe('validation-failed');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/amount/currency',
      '/amount/value',
      '/list/1',
      '/more',
    ]);
    expect(errors.every((error) => error.in === 'body')).toBe(true);
  });

  it('escapes what a pointer cannot hold, and cuts what the caller invented', () => {
    const { errors } = problemOf({ amount: { value: '1' }, 'a/b~c': 1, ['x'.repeat(100)]: 1 });
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/a~1b~0c', `/${'x'.repeat(64)}`]);
  });

  it('says where it looked', () => {
    expect(problemOf(undefined).errors).toMatchObject([{ in: 'body', pointer: '' }]);
    expect(problemOf({}, 'query').errors).toMatchObject([{ in: 'query', pointer: '/amount' }]);
    expect(problemOf('x', 'param', 'id').errors).toMatchObject([{ in: 'path', pointer: '/id' }]);
  });

  it('never repeats a value', () => {
    const { errors, message } = problemOf({
      amount: { value: 254712000345 },
      either: { type: 'secret-word' },
    });
    expect(JSON.stringify(errors) + message).not.toMatch(/254712000345|secret-word/);
  });
});
