import { connect, type Socket } from 'node:net';

/** A whole request as it goes over the wire; ASCII. */
export type RequestText = string;

/** What came of a request: the status, or the words of an error. */
export type HttpEnd = (status: number | string) => void;

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const BUFFER_BYTES = 32_768;
const HEAD_UNREAD = -1;

const nobody: HttpEnd = () => undefined;

/**
 * One kept connection with at most one request under way. Reads no more of an answer than its status and where it
 * ends: what the generator spends, the gateway on the same cores does not have.
 */
export class HttpConnection {
  private readonly port: number;
  private readonly host: string;
  private socket: Socket | undefined;
  private ended: HttpEnd = nobody;
  private head = '';
  /** Bytes of the body that are still to come. */
  private missing = HEAD_UNREAD;
  private status = 0;

  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.host = hostname;
    this.port = Number(port);
  }

  send(request: RequestText, ended: HttpEnd): void {
    this.ended = ended;
    this.socket ??= this.open();
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Socket {
    const socket = connect({
      host: this.host,
      port: this.port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(BUFFER_BYTES),
        callback: (count, buffer) => {
          this.read(count, buffer);
          return true;
        },
      },
    });
    const lost = (how: string): void => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.end(how);
    };
    socket.on('error', (error) => {
      lost(error.message);
    });
    socket.on('close', () => {
      lost('connection closed');
    });
    return socket;
  }

  private read(count: number, buffer: Uint8Array): void {
    if (this.missing === HEAD_UNREAD) this.readHead(Buffer.from(buffer.buffer, buffer.byteOffset, count));
    else this.missing -= count;
    if (this.missing === 0) this.end(this.status);
  }

  private readHead(bytes: Buffer): void {
    this.head += bytes.toString('latin1');
    const end = this.head.indexOf(HEAD_END);
    if (end < 0) return;
    const length = LENGTH.exec(this.head)?.[1];
    if (length === undefined) {
      this.socket?.destroy(new Error('an answer of unknown length'));
      return;
    }
    this.status = Number(this.head.slice(9, 12));
    this.missing = end + HEAD_END.length + Number(length) - this.head.length;
  }

  /** A request ends once, whatever else befalls the connection. */
  private end(how: number | string): void {
    const { ended } = this;
    this.ended = nobody;
    this.head = '';
    this.missing = HEAD_UNREAD;
    ended(how);
  }
}
