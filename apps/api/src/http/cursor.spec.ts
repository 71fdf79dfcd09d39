import { Money } from '#domain';
import { describe, expect, it } from '@jest/globals';
import { readCursor, toCursor, toPage } from './cursor.js';

const ID = '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33';

describe('a cursor', () => {
  it('goes on from the last item of the list that it was made for', () => {
    expect(readCursor(toCursor(ID, { state: 'pending' }), { state: 'pending' })).toBe(ID);
    expect(readCursor(undefined, {})).toBeNull();
  });

  it('is worth nothing in another list, or when somebody has written it', () => {
    const cursor = toCursor(ID, { clientId: 'a' });
    expect(() => readCursor(cursor, { clientId: 'b' })).toThrow('is not a cursor of this list');
    for (const written of ['', 'x', Buffer.from(`${ID} `).toString('base64url'), `${cursor}AAAA`]) {
      expect(() => readCursor(written, { clientId: 'a' })).toThrow('is not a cursor of this list');
    }
  });

  it('knows lists of an amount or of days apart', () => {
    const amounts = ['1500', '1501'].map((value) => ({ amount: Money.parse(value, 'XOF') }));
    const days = ['2026-11-20', '2026-11-21'].map((day) => ({ from: new Date(day) }));
    for (const [one, other] of [amounts, days]) {
      expect(readCursor(toCursor(ID, one), one)).toBe(ID);
      expect(() => readCursor(toCursor(ID, one), other)).toThrow('is not a cursor of this list');
    }
  });

  it('is there only where there is another page', () => {
    const items = [1, 2, 3].map((n) => ({ id: ID.replace(/3$/, String(n)) }));
    expect(toPage(items, 2, {}, ({ id }) => id).next).toBe(toCursor(items[1]?.id ?? '', {}));
    expect(toPage(items, 3, {}, ({ id }) => id)).toMatchObject({ next: null, items: { length: 3 } });
    expect(toPage([], 3, {}, () => 1)).toEqual({ items: [], next: null });
  });
});
