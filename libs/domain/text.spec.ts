import { describe, expect, it } from '@jest/globals';
import { cut, isLongerThan, isStorable } from './text.js';

describe('a text that is cut', () => {
  it('is cut between characters, as standards count them', () => {
    expect(cut('ab😀cd', 3)).toBe('ab😀');
    expect(cut('😀😀😀', 2)).toBe('😀😀');
    expect(cut(`${'x'.repeat(127)}😀`, 128)).toBe(`${'x'.repeat(127)}😀`);
    for (let length = 0; length < 7; length++) expect(isStorable(cut('a😀b😀c', length))).toBe(true);
  });

  it('is left alone where it is short enough, and ends with no blank where it is not', () => {
    expect(cut('Rent ', 5)).toBe('Rent ');
    expect(cut('Rent of May', 5)).toBe('Rent');
  });

  it('is too long only by characters', () => {
    expect(isLongerThan('😀'.repeat(128), 128)).toBe(false);
    expect(isLongerThan('😀'.repeat(129), 128)).toBe(true);
  });
});
