import { describe, expect, it } from '@jest/globals';
import { findTrouble } from './sound-postgres.js';

const AT = '2026-11-22 08:00:00.000 UTC [4711]';
const troubleIn = (...texts: readonly string[]) =>
  findTrouble(texts.map((text) => ({ file: 'postgres.log', text })));

describe('the invariant about PostgreSQL', () => {
  it.each([
    [
      'a process that crashed',
      'LOG:  client backend (PID 12) was terminated by signal 11: Segmentation fault',
    ],
    ['one that gave up', 'LOG:  server process (PID 12) was terminated by signal 6: Aborted'],
    [
      'a signal that only begins like a played one',
      'LOG:  io worker (PID 1) was terminated by signal 31: Bad',
    ],
    ['a panic', 'PANIC:  could not locate a valid checkpoint record'],
    ['a deadlock', 'ERROR:  deadlock detected'],
  ])('finds %s', (_, text) => {
    expect(troubleIn(`${AT} ${text}`)).toEqual([`postgres.log: ${AT} ${text}`]);
  });

  it.each([
    ['that it was killed', 'LOG:  client backend (PID 12) was terminated by signal 9: Killed'],
    ['that it was told to quit', 'LOG:  client backend (PID 12) was terminated by signal 3: Quit'],
    ['that it was stopped', 'LOG:  received immediate shutdown request'],
    ['that a key is taken', 'ERROR:  duplicate key value violates unique constraint "operations_pkey"'],
    ['words of a statement', "STATEMENT:  SELECT 'deadlock detected', 'PANIC: '"],
    ['words of a client', 'ERROR:  said: PANIC: deadlock detected, was terminated by signal 11'],
  ])('lets pass %s', (_, text) => {
    expect(troubleIn(`${AT} ${text}`)).toEqual([]);
  });

  it('names the statement that was in it, and no other', () => {
    const deadlock = `${AT} ERROR:  deadlock detected`;
    const statement = [`${AT} STATEMENT:  `, '\tUPDATE operations', '\t  SET state = $1'];
    const own = `postgres.log: ${deadlock} STATEMENT:   UPDATE operations SET state = $1`;
    expect(troubleIn(deadlock, ...statement, `${AT} LOG:  done`)).toEqual([own]);
    const others = statement.map((text) => text.replace('4711', '4712'));
    expect(troubleIn(deadlock, ...others)).toEqual([`postgres.log: ${deadlock}`]);
  });

  it('names what a process that crashed was at', () => {
    const crash = `${AT} LOG:  client backend (PID 12) was terminated by signal 11: Segmentation fault`;
    const ran = `${AT} DETAIL:  Failed process was running: WITH due AS MATERIALIZED (`;
    expect(troubleIn(crash, ran)).toEqual([`postgres.log: ${crash} ${ran.slice(AT.length + 1)}`]);
  });
});
