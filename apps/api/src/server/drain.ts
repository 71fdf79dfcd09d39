import { Injectable } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether the last connection has gone. */
const LOOK_MS = 20;

/** How long a connection may stay idle after the stop, so that a request already on its way still gets its answer. */
const IDLE_GRACE_MS = 500;

/**
 * A stop that no caller notices: no new connections, every answer asks its connection to close, held answers are
 * given at once, and the requests under way are finished.
 */
@Injectable()
export class Drain {
  private readonly stopping = new AbortController();
  private underWay = 0;

  /** Aborted once the process is told to stop: whatever only waits need not wait any longer. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Call it before the routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (_request, reply, done) => {
      this.underWay += 1;
      reply.raw.once('close', () => {
        this.underWay -= 1;
      });
      done();
    });
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (this.signal.aborted) void reply.header('connection', 'close');
      done(null, payload);
    });
  }

  /** Resolves when the last request is answered, or after `mostMs`. */
  async stop({ server }: FastifyInstance, mostMs: number): Promise<void> {
    if (this.signal.aborted) return;
    this.stopping.abort();
    const startedAt = performance.now();
    // The listener alone: `http.Server.close()` would also cut connections on which a request is just arriving.
    if (server.listening) Server.prototype.close.call(server);
    const connections = () =>
      new Promise<number>((resolve) => {
        server.getConnections((_error, count) => {
          resolve(count);
        });
      });
    while (performance.now() - startedAt < mostMs) {
      const elapsed = performance.now() - startedAt;
      if (this.underWay === 0 && (elapsed > IDLE_GRACE_MS || (await connections()) === 0)) return;
      await sleep(LOOK_MS);
    }
  }
}
