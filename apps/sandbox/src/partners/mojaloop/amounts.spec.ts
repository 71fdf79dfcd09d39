import { describe, expect, it } from '@jest/globals';
import { converted, costOf, fromUnits, shareOf, toUnits } from './amounts.js';

describe('amounts of the scheme', () => {
  it.each(['0', '7', '10.5', '0.0001', '-0.25', '123456789012345678.9'])(
    '%s is written as read',
    (written) => {
      const sign = written.startsWith('-') ? -1n : 1n;
      expect(fromUnits(sign * toUnits(written.replace('-', '')))).toBe(written);
    },
  );

  it('take shares rounded to what the currency has, halves up', () => {
    const share = (written: string, currency: string) => fromUnits(shareOf(toUnits(written), 20, currency));
    expect(share('10000', 'XOF')).toBe('20');
    expect(share('249', 'XOF')).toBe('0');
    expect(share('250', 'XOF')).toBe('1');
    expect(share('2.5', 'KES')).toBe('0.01');
  });

  it('are converted in favour of whoever converts', () => {
    const rate = toUnits('0.21');
    expect(fromUnits(converted(toUnits('101'), rate, 'KES'))).toBe('21.21');
    expect(fromUnits(converted(toUnits('0.1'), rate, 'KES'))).toBe('0.02');
    expect(fromUnits(costOf(toUnits('21'), rate, 'XOF'))).toBe('100');
    expect(fromUnits(costOf(toUnits('21.01'), rate, 'XOF'))).toBe('101');
  });
});
