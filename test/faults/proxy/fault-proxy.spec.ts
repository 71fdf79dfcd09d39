import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Random } from '../random.js';
import { until } from '../until.js';
import { FaultProxy } from './fault-proxy.js';

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** Everything that arrives until the connection ends, and how it ended. */
async function listen(socket: Socket): Promise<{ text: string; how: string }> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  const how = await Promise.race([
    once(socket, 'end').then(() => 'end'),
    once(socket, 'error').then(([error]) => String((error as NodeJS.ErrnoException).code)),
  ]).catch((error: unknown) => String((error as NodeJS.ErrnoException).code));
  return { text: Buffer.concat(pieces).toString(), how };
}

describe('a fault proxy', () => {
  /** Says everything back. */
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  let proxy: FaultProxy;
  let port: number;
  const sockets: Socket[] = [];
  const call = (text?: string): Socket => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    sockets.push(socket);
    if (text !== undefined) socket.write(text);
    return socket;
  };
  const answered = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = new FaultProxy({ host: '127.0.0.1', port: portOf(server) }, { random: new Random('spec') });
    port = await proxy.open();
  });
  afterEach(() => proxy.heal());
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    server.close();
  });

  it('passes what it is given, and an end', async () => {
    const socket = call();
    const heard = listen(socket);
    socket.end('hello');
    expect(await heard).toEqual({ text: 'hello', how: 'end' });
    expect(proxy.counters).toMatchObject({ connections: 1, struck: 0, bytesThere: 5, bytesBack: 5 });
  });

  it('keeps the order of what comes late', async () => {
    proxy.misbehave({ direction: 'there', latencyMs: 5, jitterMs: 30 });
    const socket = call();
    const heard = listen(socket);
    for (const word of ['one ', 'two ', 'three ', 'four']) {
      socket.write(word);
      await new Promise(setImmediate);
    }
    socket.end();
    expect(await heard).toEqual({ text: 'one two three four', how: 'end' });
  });

  it('holds what is sent, and lets it go in its order', async () => {
    const letGo = proxy.hold('there');
    const heard = listen(call('one '));
    const socket = call('two ');
    const alsoHeard = listen(socket);
    const before = proxy.counters.bytesThere;
    await until('both wait', () => proxy.counters.waiting === 2);
    expect(proxy.counters.bytesThere).toBe(before);
    letGo();
    socket.end('three');
    expect(await alsoHeard).toEqual({ text: 'two three', how: 'end' });
    proxy.cutAll();
    expect(await heard).toEqual({ text: 'one ', how: 'ECONNRESET' });
  });

  it('resets a connection that is open already', async () => {
    const socket = call('hello');
    expect(await answered(socket)).toBe('hello');
    proxy.misbehave({ direction: 'back', reset: true });
    const heard = listen(socket);
    socket.write('again');
    expect(await heard).toEqual({ text: '', how: 'ECONNRESET' });
  });

  it('cuts an answer off after so many bytes', async () => {
    proxy.misbehave({ direction: 'back', truncateAfterBytes: 7 });
    expect(await listen(call('hello world'))).toEqual({ text: 'hello w', how: 'ECONNRESET' });
  });

  it('ends one direction and leaves the other open', async () => {
    proxy.misbehave({ direction: 'back', halfClose: true });
    const socket = call('hello');
    expect(await listen(socket)).toEqual({ text: '', how: 'end' });
    expect(socket.writable).toBe(true);
  });

  it('swallows what comes after so many bytes, until it is healed', async () => {
    proxy.misbehave({ direction: 'there', blackHoleAfterBytes: 2 });
    const socket = call('hello');
    expect(await answered(socket)).toBe('he');
    const heard = listen(socket);
    await proxy.heal();
    expect((await heard).how).toBe('ECONNRESET');
    expect(await answered(call('well'))).toBe('well');
  });

  it('refuses, as if nobody listened, and listens again on the same port', async () => {
    proxy.misbehave({ refuse: true });
    expect((await listen(call())).how).toBe('ECONNREFUSED');
    await proxy.heal();
    expect(await answered(call('well'))).toBe('well');
  });

  it('strikes so many connections and no more', async () => {
    proxy.misbehave({ reset: true, count: 2 });
    const before = proxy.counters.struck;
    const ends = [];
    for (const word of ['one', 'two', 'three']) {
      const socket = call(word);
      const heard = listen(socket);
      socket.end();
      ends.push((await heard).how);
    }
    expect(ends).toEqual(['ECONNRESET', 'ECONNRESET', 'end']);
    expect(proxy.counters.struck - before).toBe(2);
  });

  it('cuts everything at once', async () => {
    const socket = call('hello');
    await answered(socket);
    const heard = listen(socket);
    proxy.cutAll();
    expect((await heard).how).toBe('ECONNRESET');
  });
});
