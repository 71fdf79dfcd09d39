import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const quietModules = 4;

/** Draws dark modules on white, with the quiet zone around them, as large as fits into `pixels`. */
export function modulesToPng(modules: readonly (readonly boolean[])[], pixels: number): Buffer {
  const count = modules.length + 2 * quietModules;
  const scale = Math.max(1, Math.floor(pixels / count));
  const side = count * scale;
  const lines = Array.from({ length: side }, (_, y) => {
    const row = modules[Math.floor(y / scale) - quietModules];
    const line = Buffer.alloc(side + 1, 0xff);
    line[0] = 0;
    for (let x = 0; x < side; x += 1) {
      if (row?.[Math.floor(x / scale) - quietModules]) line[x + 1] = 0;
    }
    return line;
  });
  return Buffer.concat([
    signature,
    chunk('IHDR', header(side)),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Eight bits of grey per pixel. */
function header(side: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(side, 0);
  bytes.writeUInt32BE(side, 4);
  bytes[8] = 8;
  return bytes;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
