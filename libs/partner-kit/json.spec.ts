import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { decimalText, listOf, optionalText, plainDecimal, readJson, text } from './json.js';
import { UnreadableAnswer } from './port/errors.js';

describe('JSON of a partner', () => {
  it('keeps every digit of a number as text', () => {
    const read = readJson(
      '{"amount":2500.00,"id":90071992547409931234,"list":[1,{"deep":-0.10}],"big":1.5E3}',
    );
    expect(read).toEqual({
      amount: '2500.00',
      id: '90071992547409931234',
      list: ['1', { deep: '-0.10' }],
      big: '1.5E3',
    });
  });

  it('leaves text, booleans and null as they are', () => {
    expect(readJson('{"a":"1","b":true,"c":null}')).toEqual({ a: '1', b: true, c: null });
  });

  it('takes a whole surrogate pair', () => {
    expect(readJson('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '\u{1f600}' });
  });

  it.each([
    '<!DOCTYPE html><html>secret-content</html>',
    '',
    '[1]',
    '"text"',
    'null',
    '{"a":1',
    '{"__proto__":{"secret-content":1}}',
    '{"a":{"constructor":1}}',
    '{"a":[{"prototype":1}]}',
    '{"a":[{"b":"secret-content\\u0000"}]}',
    '{"a":{"secret-content\\u0000":1}}',
    '{"a":"secret-content\\ud83d"}',
    '{"secret-content\\ude00":1}',
  ])('refuses %j without showing what it holds', (wire) => {
    const reading = () => readJson(wire);
    expect(reading).toThrow(UnreadableAnswer);
    expect(reading).not.toThrow(/secret-content/);
  });
});

describe('a decimal number of a partner', () => {
  it.each([
    ['1500', '1500'],
    ['1500.00', '1500.00'],
    ['1.5E3', '1500'],
    ['1E+2', '100'],
    ['25e-3', '0.025'],
    ['1.25e1', '12.5'],
    ['-10.50', '-10.50'],
    ['+7', '7'],
    ['007', '7'],
    ['0', '0'],
    ['0.00', '0.00'],
    [' 12 ', '12'],
    ['5.', '5'],
  ])('%j is %s', (written, plain) => {
    expect(plainDecimal(written)).toBe(plain);
  });

  it.each(['', 'abc', '1,500', '1 500', '0x10', 'NaN', '.5', '--1', '1e999'])('%j is none', (written) => {
    expect(plainDecimal(written)).toBeNull();
    expect(decimalText.safeParse(written).success).toBe(false);
  });
});

describe('shapes that partners share', () => {
  const Answer = z.object({ id: text, note: optionalText, items: listOf(z.object({ name: text })) });

  it('takes one object for a list of one, and nothing for an empty list', () => {
    expect(Answer.parse({ id: '1', items: { name: 'a' } }).items).toEqual([{ name: 'a' }]);
    expect(Answer.parse({ id: '1', items: [{ name: 'a' }, { name: 'b' }] }).items).toHaveLength(2);
    expect(Answer.parse({ id: '1' }).items).toEqual([]);
    expect(Answer.parse({ id: '1', items: null }).items).toEqual([]);
  });

  it('takes missing, null and empty for no text', () => {
    expect(Answer.parse({ id: '1' }).note).toBeNull();
    expect(Answer.parse({ id: '1', note: null }).note).toBeNull();
    expect(Answer.parse({ id: '1', note: '' }).note).toBeNull();
    expect(Answer.parse({ id: '1', note: '7' }).note).toBe('7');
  });

  it('says which field does not fit', () => {
    expect(Answer.safeParse({ id: '1', items: [{ name: true }] }).error?.issues[0]?.path).toEqual([
      'items',
      0,
      'name',
    ]);
  });
});
