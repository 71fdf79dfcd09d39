import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { createServer, request as requestHttps, type Server } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { type Identity } from './certificates.js';

export interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What becomes of a message on its way; null: it goes on as it is. */
export type Change = (message: Message) => Message | null;

export interface DoorOptions {
  readonly server: Identity;
  /** Whose clients are let in. */
  readonly authority: string;
  /** Where messages go on. */
  readonly onward: () => string;
  /** What is shown there, where that asks for it. */
  readonly client?: Identity & { readonly authority: string };
}

const HOP_BY_HOP: readonly string[] = ['connection', 'transfer-encoding', 'content-length'];

/** Where TLS ends, with a client's certificate or not at all: what comes through goes on. */
export class TlsDoor {
  /** Of the certificates that were shown with messages. */
  readonly guests = new Set<string>();
  private readonly server: Server;
  private readonly changes = new Set<{ readonly to: Change; readonly done: () => void }>();

  constructor(private readonly options: DoorOptions) {
    const { server, authority } = options;
    this.server = createServer(
      {
        ...{ cert: server.certificate, key: server.key, ca: authority },
        ...{ requestCert: true, rejectUnauthorized: true },
      },
      (request, response) => {
        this.passOn(request).then(
          async (answer) => {
            response.writeHead(answer.statusCode ?? 502, kept(answer.headers));
            response.end(await buffer(answer));
          },
          () => response.destroy(),
        );
      },
    );
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** A connection that somebody else has taken. */
  accept(socket: Socket): void {
    this.server.emit('connection', socket);
  }

  /** Resolves once one message was changed: only the first that this is for. */
  changeOne(to: Change): Promise<void> {
    return new Promise((done) => {
      this.changes.add({ to, done });
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private async passOn(request: IncomingMessage): Promise<IncomingMessage> {
    const { method = 'GET', url: path = '/', headers, socket } = request;
    if (socket instanceof TLSSocket) this.guests.add(String(socket.getPeerCertificate().subject.CN));
    const message = this.changed({ method, path, headers, body: await buffer(request) });
    const url = new URL(message.path, this.options.onward());
    const { client } = this.options;
    const onward = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: message.method,
      headers: { ...kept(message.headers), 'content-length': message.body.length },
      agent: false,
      ...(client ? { cert: client.certificate, key: client.key, ca: client.authority } : {}),
    });
    onward.end(message.body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    return answer;
  }

  private changed(message: Message): Message {
    for (const change of this.changes) {
      const changed = change.to(message);
      if (changed === null) continue;
      this.changes.delete(change);
      change.done();
      return changed;
    }
    return message;
  }
}

const kept = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
