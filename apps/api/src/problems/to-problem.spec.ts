import { describe, expect, it } from '@jest/globals';
import { CapabilityNotSupported, PartnerSwitchedOff, UnknownPartner } from '#gateway';
import { NoAnswer, NotReached, OrderRefused } from '#partner-kit';
import { DatabaseUnavailable } from '#platform';
import { HttpException } from '@nestjs/common';
import { Problem } from './problem.js';
import { toProblemDto } from './problem.dto.js';
import { PROBLEM_CODES, problems } from './problems.js';
import { toProblem } from './to-problem.js';

describe('an error', () => {
  it.each([
    [new OrderRefused('at most 10', '/amount/value'), 422, 'order-refused'],
    [new UnknownPartner('x'), 422, 'partner-unknown'],
    [new PartnerSwitchedOff('x'), 503, 'partner-unavailable'],
    [new CapabilityNotSupported('x', 'parties'), 422, 'capability-not-supported'],
    [new DatabaseUnavailable(new Error('gone')), 503, 'database-unavailable'],
    [new NotReached('no'), 503, 'partner-unavailable'],
    [new NoAnswer('no'), 502, 'partner-answer-unusable'],
    [new HttpException('too large', 413), 413, 'body-too-large'],
    [new HttpException('a teapot', 418), 500, 'internal'],
    [new Error('a secret in a message'), 500, 'internal'],
    ['not even an error', 500, 'internal'],
  ])('%s becomes a problem', (error, status, code) => {
    const problem = toProblem(error);
    expect(problem).toMatchObject({ status, code });
    expect(problem.message).not.toContain('secret');
  });

  it('of ours says nothing of itself and keeps its cause for the log', () => {
    const cause = new Error('password is hunter2');
    const problem = toProblem(cause);
    expect(problem.cause).toBe(cause);
    expect(JSON.stringify(toProblemDto(problem, 'c', false))).not.toContain('hunter2');
  });

  it('names the field of an order that a partner refuses', () => {
    expect(toProblem(new OrderRefused('at most 10', '/amount/value')).errors).toEqual([
      { in: 'body', pointer: '/amount/value', message: 'at most 10' },
    ]);
  });
});

describe('a problem', () => {
  it.each(PROBLEM_CODES)('%s says whether money moved; reading never moves any', (code) => {
    const problem = new Problem(code);
    expect(toProblemDto(problem, 'c', true).moneyMoved).toBe('no');
    expect(toProblemDto(problem, 'c', false).moneyMoved).toBe(problems[code].moneyMoved);
    expect(problem.status).toBeGreaterThanOrEqual(400);
  });

  it('tells when to come back in whole seconds', () => {
    expect(new Problem('rate-limited', { retryAfterS: 0.2 }).headers).toEqual({ 'retry-after': '1' });
    expect(new Problem('rate-limited', { retryAfterS: 4.1, headers: { a: 'b' } }).headers).toEqual({
      a: 'b',
      'retry-after': '5',
    });
  });
});
