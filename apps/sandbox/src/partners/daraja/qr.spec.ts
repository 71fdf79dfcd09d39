import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newReceipt, receiptPrefix } from './ids.js';
import { qrModules } from './qr-code.js';
import { Stage } from './spec-support.js';

describe('a dynamic QR', () => {
  const stage = new Stage();
  beforeAll(() => stage.open());
  afterAll(() => stage.close());

  it('is a picture of the size asked for', async () => {
    const order = {
      MerchantName: 'ACME',
      RefNo: 'INV-1',
      Amount: 250,
      TrxCode: 'PB',
      CPI: '600777',
      Size: '300',
    };
    const { json } = await stage.post('/mpesa/qrcode/v1/generate', order);
    expect(json['ResponseCode']).toBe('00');
    const png = Buffer.from(String(json['QRCode']), 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const side = png.readUInt32BE(16);
    expect(side).toBe(270);
    const pixels = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
    expect(pixels.length).toBe(side * (side + 1));
    const wrong = await stage.post('/mpesa/qrcode/v1/generate', { ...order, TrxCode: 'XX' });
    expect(wrong.json['errorMessage']).toContain('TrxCode');
  });

  it('holds its text where a reader looks for it', () => {
    const bits = bitsOf(qrModules('ACME|INV-1|250|PB|600777'));
    expect(textIn(bits)).toBe('ACME|INV-1|250|PB|600777');
    for (let power = 0; power < 26; power += 1) expect(syndrome(bits, power)).toBe(0);
    expect(syndrome(bits, 26)).not.toBe(0);
  });
});

describe('a receipt', () => {
  it('begins with its date and does not repeat', () => {
    const day = new Date('2026-10-11T21:00:00Z');
    expect(receiptPrefix(day)).toBe('UJC');
    const receipts = new Set(Array.from({ length: 10_000 }, () => newReceipt(day)));
    expect(receipts.size).toBe(10_000);
    for (const receipt of receipts) expect(receipt).toMatch(/^UJC[0-9A-Z]{7}$/);
  });
});

/** What lies outside the marks of version 5: columns in pairs from the right, first upwards, mask 0 taken off. */
function bitsOf(modules: readonly (readonly boolean[])[]): number[] {
  const isMark = (x: number, y: number) =>
    x === 6 ||
    y === 6 ||
    (x < 9 && y < 9) ||
    (x > 28 && y < 9) ||
    (x < 9 && y > 28) ||
    (x >= 28 && x <= 32 && y >= 28 && y <= 32);
  const bits: number[] = [];
  let isUpward = true;
  for (const right of [36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1]) {
    for (let step = 0; step < 37; step += 1) {
      const y = isUpward ? 36 - step : step;
      for (const x of [right, right - 1]) {
        if (!isMark(x, y)) bits.push(Number(modules[y]?.[x] !== ((x + y) % 2 === 0)));
      }
    }
    isUpward = !isUpward;
  }
  return bits;
}

const numberIn = (bits: readonly number[], from: number, count: number): number =>
  Number.parseInt(bits.slice(from, from + count).join(''), 2);

function textIn(bits: readonly number[]): string {
  const length = numberIn(bits, 4, 8);
  return Buffer.from(Array.from({ length }, (_, index) => numberIn(bits, 12 + 8 * index, 8))).toString();
}

/** The code words as a polynomial over GF(256), at 2^power: zero for the first 26 powers when nothing is damaged. */
function syndrome(bits: readonly number[], power: number): number {
  const double = (value: number) => (value << 1) ^ (value > 127 ? 0x11d : 0);
  let value = 0;
  for (let word = 0; word < 134; word += 1) {
    for (let step = 0; step < power; step += 1) value = double(value);
    value ^= numberIn(bits, 8 * word, 8);
  }
  return value;
}
