import { randomFillSync } from 'node:crypto';

const BLOCK_BYTES = 4_096;

const block = Buffer.alloc(BLOCK_BYTES);
let taken = BLOCK_BYTES;

/**
 * Unguessable bytes. The system is asked for them by the block: asking for each id by itself costs more than
 * everything else about the id.
 */
export function randomBytes(count: number): Buffer {
  if (count > BLOCK_BYTES) throw new RangeError('that many random bytes are not for an id');
  if (taken + count > BLOCK_BYTES) {
    randomFillSync(block);
    taken = 0;
  }
  const bytes = Buffer.from(block.subarray(taken, taken + count));
  // Nobody gets the same ones again, or sees afterwards what somebody got.
  block.fill(0, taken, taken + count);
  taken += count;
  return bytes;
}
