import { expect, it } from '@jest/globals';
import { parseTime, toTimestamp } from './eat.js';

it('a timestamp is East Africa Time', () => {
  expect(toTimestamp(new Date('2026-10-12T21:30:05.999Z'))).toBe('20261013003005');
});

it.each([
  '20261012143031',
  '2026-10-12 14:30:31',
  '2026-10-12T14:30:31',
  '12.10.2026 14:30:31',
  ' 20261012143031 ',
])('the time %j is read as East Africa Time', (written) => {
  expect(parseTime(written)).toEqual(new Date('2026-10-12T11:30:31Z'));
});

it.each(['', '2026', '20261312143031', 'yesterday'])('%j is no time', (written) => {
  expect(() => parseTime(written)).toThrow(expect.objectContaining({ name: 'UnreadableAnswer' }));
});
