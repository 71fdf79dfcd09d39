/** QR codes of one size: version 5, level L, bytes, mask 0. Source: ISO/IEC 18004. */
const size = 37;
const dataCodewords = 108;
const checkCodewords = 26;
/** Level L with mask 0, already protected and masked. */
const formatBits = 0b111011111000100;
/** The most text that fits. */
export const mostBytes = 106;

type Grid = (boolean | undefined)[][];

/** Rows of dark (true) and light modules, without the quiet zone. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const grid: Grid = Array.from({ length: size }, () => Array<boolean | undefined>(size).fill(undefined));
  drawPatterns(grid);
  drawFormat(grid);
  const free = grid.map((row) => row.map((module) => module === undefined));
  const words = dataWords(Buffer.from(text).subarray(0, mostBytes));
  const bits = [...words, ...checkWords(words)].flatMap((word) => bitsOf(word, 8));
  drawBits(grid, free, bits);
  return grid.map((row, y) =>
    row.map((module, x) => (module ?? false) !== (free[y]?.[x] === true && (x + y) % 2 === 0)),
  );
}

const bitsOf = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => (value >>> (count - 1 - index)) & 1);

/** Mode, length, the bytes, an end mark, then the two filler words in turn. */
function dataWords(bytes: Buffer): number[] {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, 8)];
  for (const byte of bytes) bits.push(...bitsOf(byte, 8));
  bits.push(0, 0, 0, 0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    words.push(bits.slice(at, at + 8).reduce((word, bit) => (word << 1) | bit, 0));
  }
  for (let filler = 0xec; words.length < dataCodewords; filler ^= 0xec ^ 0x11) words.push(filler);
  return words;
}

/** Reed-Solomon remainder over GF(256). */
function checkWords(words: readonly number[]): number[] {
  const divisor = generator();
  const remainder = Array<number>(checkCodewords).fill(0);
  for (const word of words) {
    const factor = word ^ (remainder.shift() ?? 0);
    remainder.push(0);
    divisor.forEach((coefficient, index) => {
      remainder[index] = (remainder[index] ?? 0) ^ multiply(coefficient, factor);
    });
  }
  return remainder;
}

/** Coefficients of the product of (x - 2^i), the leading 1 left out. */
function generator(): number[] {
  const coefficients = Array<number>(checkCodewords).fill(0);
  coefficients[checkCodewords - 1] = 1;
  let root = 1;
  for (let degree = 0; degree < checkCodewords; degree += 1) {
    for (let index = 0; index < checkCodewords; index += 1) {
      coefficients[index] = multiply(coefficients[index] ?? 0, root) ^ (coefficients[index + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return coefficients;
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function set(grid: Grid, x: number, y: number, isDark: boolean): void {
  const row = grid[y];
  if (row && x >= 0 && x < size) row[x] = isDark;
}

/** Timing lines, three finders with their white rims, the one alignment mark of this version. */
function drawPatterns(grid: Grid): void {
  for (let at = 0; at < size; at += 1) {
    set(grid, 6, at, at % 2 === 0);
    set(grid, at, 6, at % 2 === 0);
  }
  drawRings(grid, 3, 3, 4, [2, 4]);
  drawRings(grid, size - 4, 3, 4, [2, 4]);
  drawRings(grid, 3, size - 4, 4, [2, 4]);
  drawRings(grid, size - 7, size - 7, 2, [1]);
}

function drawRings(grid: Grid, x: number, y: number, radius: number, light: readonly number[]): void {
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) {
      set(grid, x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
}

/** Twice, so that one damaged corner does not hide it. */
function drawFormat(grid: Grid): void {
  const bit = (index: number) => ((formatBits >>> index) & 1) === 1;
  for (let index = 0; index < 15; index += 1) {
    if (index < 6) set(grid, 8, index, bit(index));
    else if (index < 8) set(grid, 8, index + 1, bit(index));
    else if (index === 8) set(grid, 7, 8, bit(index));
    else set(grid, 14 - index, 8, bit(index));
    if (index < 8) set(grid, size - 1 - index, 8, bit(index));
    else set(grid, 8, size - 15 + index, bit(index));
  }
  set(grid, 8, size - 8, true);
}

/** Up and down in columns of two, from the right, past the vertical timing line. */
function drawBits(grid: Grid, free: readonly (readonly boolean[])[], bits: readonly number[]): void {
  let next = 0;
  for (let right = size - 1; right >= 1; right -= right === 8 ? 3 : 2) {
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (free[y]?.[x]) set(grid, x, y, bits[next++] === 1);
      }
    }
  }
}
