import { Database } from '#platform';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type PoolClient } from 'pg';

/** The channel on which the event relay says which operations have moved. */
export const OPERATIONS_MOVED = 'operations_moved';

/** A missed word costs this much: the listening connection may have been away. */
const LOOK_ANYWAY_MS = 1_000;
const RECONNECT_MS = 500;

/** Something to wait for, and to stop waiting for. */
interface Heard {
  readonly promise: Promise<void>;
  forget(): void;
}

/** Hears from the event relay which operations have moved. Listens only while somebody waits. */
@Injectable()
export class OperationNews implements OnModuleDestroy {
  private readonly logger = new Logger(OperationNews.name);
  private readonly waiting = new Map<string, Set<() => void>>();
  private client: PoolClient | null = null;
  private connecting = false;
  private hasStopped = false;

  constructor(private readonly database: Database) {}

  /** Resolves when the operation has moved, or after a second at most: then look again. */
  next(id: string, waitMs: number, signal?: AbortSignal): Heard {
    this.listen();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = () => {
      resolve(undefined);
    };
    const timer = setTimeout(wake, Math.max(0, Math.min(waitMs, LOOK_ANYWAY_MS)));
    const waiters = this.waiting.get(id) ?? new Set();
    waiters.add(wake);
    this.waiting.set(id, waiters);
    signal?.addEventListener('abort', wake, { once: true });
    return {
      promise,
      forget: () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        waiters.delete(wake);
        if (waiters.size === 0 && this.waiting.get(id) === waiters) this.waiting.delete(id);
      },
    };
  }

  /** The pool ends once every connection was given back: none is kept from now on, one that is on its way included. */
  onModuleDestroy(): void {
    this.hasStopped = true;
    this.giveBack();
  }

  private listen(): void {
    if (this.client || this.connecting || this.hasStopped) return;
    this.connecting = true;
    this.connect()
      .catch((error: unknown) => {
        if (this.hasStopped) return;
        this.logger.warn({ err: error }, 'cannot listen for moved operations yet');
      })
      .finally(() => {
        this.connecting = false;
      });
  }

  private async connect(): Promise<void> {
    const client = await this.database.pool.connect();
    this.client = client;
    client.on('notification', ({ payload = '' }) => {
      this.wake(payload.split(' '));
    });
    client.on('error', () => {
      this.lost(client);
    });
    if (this.hasStopped) this.giveBack();
    else await this.startListening(client);
  }

  private async startListening(client: PoolClient): Promise<void> {
    try {
      await client.query(`LISTEN ${OPERATIONS_MOVED}`);
    } catch (error) {
      if (this.client === client) this.giveBack();
      throw error;
    }
  }

  private lost(client: PoolClient): void {
    if (this.client !== client) return;
    this.giveBack();
    setTimeout(() => {
      if (this.waiting.size > 0) this.listen();
    }, RECONNECT_MS).unref();
  }

  private giveBack(): void {
    this.client?.release(true);
    this.client = null;
  }

  private wake(ids: readonly string[]): void {
    for (const id of ids) for (const wake of this.waiting.get(id) ?? []) wake();
  }
}
