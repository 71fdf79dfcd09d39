/** Enough to know a statement by, and a few rows of what is bound to it. */
const HEAD_BYTES = 4_096;
const TYPE_AND_LENGTH = 5;

/** One message of PostgreSQL's protocol 3: its type, and the beginning of its body. */
export interface Message {
  readonly type: string;
  readonly head: Buffer;
}

/**
 * Finds the messages in one direction of a connection, however it is cut into pieces. Source: PostgreSQL manual,
 * "Frontend/Backend Protocol", "Message Formats".
 */
export class MessageReader {
  private header: Buffer = Buffer.alloc(0);
  private type = '';
  private head: Buffer[] = [];
  private headBytes = 0;
  private bodyLeft = 0;

  /** @param startsPlain the first message has no type: what a client begins with */
  constructor(
    private readonly onMessage: (message: Message) => void,
    private startsPlain: boolean,
  ) {}

  read(piece: Buffer): void {
    let rest = piece;
    while (rest.length > 0) rest = this.bodyLeft > 0 ? this.readBody(rest) : this.readHeader(rest);
  }

  private readHeader(piece: Buffer): Buffer {
    const wanted = this.startsPlain ? TYPE_AND_LENGTH - 1 : TYPE_AND_LENGTH;
    const taken = piece.subarray(0, wanted - this.header.length);
    this.header = this.header.length === 0 ? taken : Buffer.concat([this.header, taken]);
    if (this.header.length < wanted) return piece.subarray(taken.length);
    this.type = this.startsPlain ? '' : String.fromCharCode(this.header[0] ?? 0);
    // The length counts itself.
    this.bodyLeft = this.header.readUInt32BE(wanted - 4) - 4;
    this.header = Buffer.alloc(0);
    this.startsPlain = false;
    if (this.bodyLeft === 0) this.finish();
    return piece.subarray(taken.length);
  }

  private readBody(piece: Buffer): Buffer {
    const body = piece.subarray(0, this.bodyLeft);
    this.bodyLeft -= body.length;
    if (this.headBytes < HEAD_BYTES) {
      const part = body.subarray(0, HEAD_BYTES - this.headBytes);
      this.head.push(part);
      this.headBytes += part.length;
    }
    if (this.bodyLeft === 0) this.finish();
    return piece.subarray(body.length);
  }

  private finish(): void {
    const { type, head } = this;
    this.head = [];
    this.headBytes = 0;
    this.onMessage({ type, head: head.length === 1 && head[0] ? head[0] : Buffer.concat(head) });
  }
}

const textUpToNull = (bytes: Buffer, from = 0): string => {
  const end = bytes.indexOf(0, from);
  return bytes.toString('utf8', from, end === -1 ? bytes.length : end);
};

/**
 * What a client's message asks for: the name of a prepared statement that is used, or the text of a plain query
 * (`COMMIT`). Undefined: nothing of the kind.
 */
export function statementOf({ type, head }: Message): string | undefined {
  if (type === 'Q') return textUpToNull(head);
  if (type === 'B') return textUpToNull(head, head.indexOf(0) + 1);
  return undefined;
}
