import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { type Change, type DoorOptions, type Message, TlsDoor } from './tls-door.js';

/** Between a client and a server that speak TLS: bytes go through as they are, until a message is to be changed. */
export interface TamperingWay {
  readonly port: number;
  /** Resolves once one message was changed, by somebody who has the keys of both sides. */
  changeOne(to: Change): Promise<void>;
  close(): Promise<void>;
}

export async function openTamperingWay(
  port: number,
  keys: Omit<DoorOptions, 'onward'>,
): Promise<TamperingWay> {
  const door = new TlsDoor({ ...keys, onward: () => `https://127.0.0.1:${port}` });
  const open = new Set<Socket>();
  let isTampering = false;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
  };
  const hangUp = (): void => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((socket) => {
    keep(socket);
    if (isTampering) {
      door.accept(socket);
      return;
    }
    const onward = connect(port, '127.0.0.1');
    keep(onward);
    socket.pipe(onward).pipe(socket);
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    changeOne: (to) => {
      // What is connected already could not be read.
      hangUp();
      isTampering = true;
      return door.changeOne(to).finally(() => (isTampering = false));
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      hangUp();
      await closed;
    },
  };
}

/** Of the messages that are meant: method and path. */
export interface Aim {
  readonly method: string;
  readonly path: RegExp;
}

const isAim = ({ method, path }: Message, aim: Aim): boolean => method === aim.method && aim.path.test(path);

const flipped = (character: string): string => String.fromCharCode(character.charCodeAt(0) ^ 1);

/** The lowest bit of the last character of what is found. */
function flippedIn(text: string, found: RegExp): string {
  const match = found.exec(text);
  if (!match) throw new Error(`there is no ${found.source} in ${text}`);
  const at = match.index + match[0].length - 1;
  return `${text.slice(0, at)}${flipped(text.charAt(at))}${text.slice(at + 1)}`;
}

/** One bit of a body: of the last character of what is found there. */
export const bitOfBody =
  (aim: Aim, found: RegExp): Change =>
  (message) =>
    isAim(message, aim)
      ? { ...message, body: Buffer.from(flippedIn(message.body.toString('utf8'), found)) }
      : null;

/** One bit of a header: of its last character that is found. */
export const bitOfHeader =
  (aim: Aim, name: string, found = /^.*./): Change =>
  (message) =>
    isAim(message, aim)
      ? {
          ...message,
          headers: { ...message.headers, [name]: flippedIn(String(message.headers[name]), found) },
        }
      : null;

/** A header that is lost. */
export const withoutHeader =
  (aim: Aim, name: string): Change =>
  (message) => {
    if (!isAim(message, aim)) return null;
    const { [name]: _lost, ...headers } = message.headers;
    return { ...message, headers };
  };
