import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.js';
import { Connection } from './connection.js';
import { type Direction, type Misbehaviour, type ProxyCounters } from './misbehaviour.js';
import { Affliction } from './strike.js';
import { type Tap } from './tap.js';

const HOST = '127.0.0.1';
const LISTEN_TRIES = 40;
const LISTEN_PAUSE_MS = 50;

export interface FaultProxyOptions {
  /** Default: any free one; then always that one. */
  readonly port?: number;
  readonly tap?: Tap;
  readonly random?: Random;
}

/** Stands between two programs and does to their connections what networks do. Well-behaved until told otherwise. */
export class FaultProxy {
  private readonly connections = new Set<Connection>();
  private afflictions: Affliction[] = [];
  private readonly barriers = new Map<Direction, Promise<void>>();
  private server: Server | undefined;
  private port: number;
  private readonly random: Random;
  private readonly sum = { connections: 0, struck: 0, bytesThere: 0, bytesBack: 0 };

  constructor(
    private readonly target: { readonly host: string; readonly port: number },
    private readonly options: FaultProxyOptions = {},
  ) {
    this.port = options.port ?? 0;
    this.random = options.random ?? new Random('proxy');
  }

  get counters(): ProxyCounters {
    const open = [...this.connections];
    return { ...this.sum, open: open.length, waiting: open.filter(({ isStuck }) => isStuck).length };
  }

  /** @returns the port that it listens on, the same every time */
  async open(): Promise<number> {
    for (let tried = 1; this.server === undefined; tried += 1) {
      const server = createServer({ allowHalfOpen: true }, (inside) => {
        this.accept(inside);
      });
      try {
        server.listen(this.port, HOST);
        await once(server, 'listening');
        this.server = server;
      } catch (error) {
        if (tried === LISTEN_TRIES) throw error;
        await sleep(LISTEN_PAUSE_MS);
      }
    }
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    return this.port;
  }

  close(): void {
    this.stopListening();
    this.cutAll();
  }

  /** One more misbehaviour, beside those that are set. */
  misbehave(what: Misbehaviour): void {
    const affliction = new Affliction(what, this.random, () => (this.sum.struck += 1));
    this.afflictions.push(affliction);
    for (const connection of this.connections) connection.afflict(affliction);
    if (what.refuse && what.probability === undefined && what.count === undefined) this.stopListening();
  }

  /** Nothing passes in this direction, and nothing is lost, until it is let go. @returns lets it go */
  hold(direction: Direction): () => void {
    const { promise, resolve }: PromiseWithResolvers<void> = Promise.withResolvers();
    this.barriers.set(direction, promise);
    return () => {
      if (this.barriers.get(direction) === promise) this.barriers.delete(direction);
      resolve();
    };
  }

  /** Well-behaved again. Connections that were waiting for something are cut. */
  async heal(): Promise<void> {
    this.afflictions = [];
    this.barriers.clear();
    for (const connection of this.connections) {
      if (connection.isStuck) connection.reset();
      else connection.relieve();
    }
    await this.open();
  }

  /** Resets every connection; new ones pass. */
  cutAll(): void {
    for (const connection of this.connections) connection.reset();
  }

  private accept(inside: Socket): void {
    this.sum.connections += 1;
    const refusal = this.afflictions.find(({ what }) => what.refuse);
    if (refusal?.takes()) {
      inside.on('error', () => undefined);
      inside.resetAndDestroy();
      return;
    }
    const outside = connect({ ...this.target, allowHalfOpen: true });
    const connection = new Connection({
      inside,
      outside,
      tap: this.options.tap?.connected(),
      barrier: (direction) => this.barriers.get(direction),
      passed: (direction, bytes) => {
        this.sum[direction === 'there' ? 'bytesThere' : 'bytesBack'] += bytes;
      },
      closed: () => this.connections.delete(connection),
    });
    this.connections.add(connection);
    for (const affliction of this.afflictions) connection.afflict(affliction);
  }

  private stopListening(): void {
    // Its 'close' would wait for the connections, which may live on.
    this.server?.close();
    this.server = undefined;
  }
}
