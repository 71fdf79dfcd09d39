import { createHash } from 'node:crypto';
import { type Direction } from './misbehaviour.js';
import { type ConnectionTap, type Tap } from './tap.js';

/** A request that the gateway answered 2xx, whether or not the answer arrived. */
export interface AnsweredCallback {
  readonly method: string;
  readonly path: string;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
}

const END_OF_HEAD = '\r\n\r\n';

/** One connection on which a request is sent once the one before is answered. Bodies have a length. */
class Exchange implements ConnectionTap {
  private request: Buffer = Buffer.alloc(0);
  private asked: AnsweredCallback | undefined;

  constructor(private readonly onAnswered: (callback: AnsweredCallback) => void) {}

  hear(direction: Direction, piece: Buffer): undefined {
    if (direction === 'there') this.hearRequest(piece);
    else this.hearAnswer(piece);
  }

  private hearRequest(piece: Buffer): void {
    this.request = this.request.length === 0 ? piece : Buffer.concat([this.request, piece]);
    const end = this.request.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const head = this.request.toString('latin1', 0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const begin = end + END_OF_HEAD.length;
    if (this.request.length < begin + length) return;
    const body = this.request.subarray(begin, begin + length);
    const [method = '', path = ''] = head.split(' ');
    this.asked = {
      ...{ method, path },
      digest: createHash('sha256').update(body).digest('hex'),
    };
    this.request = this.request.subarray(begin + length);
  }

  private hearAnswer(piece: Buffer): void {
    const { asked } = this;
    const status = /^HTTP\/1\.1 (\d{3})/.exec(piece.toString('latin1', 0, 12))?.[1];
    if (!asked || status === undefined) return;
    this.asked = undefined;
    if (status.startsWith('2')) this.onAnswered(asked);
  }
}

/** Listens on the partners' way to us: what we acknowledge there is a promise. */
export class CallbackTap implements Tap {
  constructor(private readonly onAnswered: (callback: AnsweredCallback) => void) {}

  connected(): ConnectionTap {
    return new Exchange(this.onAnswered);
  }
}
