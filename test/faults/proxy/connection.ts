import { type Socket } from 'node:net';
import { Lane } from './lane.js';
import { type Direction } from './misbehaviour.js';
import { Strike, type Affliction } from './strike.js';
import { type ConnectionTap } from './tap.js';

export interface ConnectionOptions {
  /** The socket of who connected, and the one to who was asked for. */
  readonly inside: Socket;
  readonly outside: Socket;
  readonly tap: ConnectionTap | undefined;
  readonly passed: (direction: Direction, bytes: number) => void;
  readonly closed: (connection: Connection) => void;
}

/** Two sockets, and what lies between them. */
export class Connection {
  private readonly strikes: Strike[] = [];
  private readonly lanes: readonly Lane[];
  private readonly sockets: readonly Socket[];

  constructor({ inside, outside, tap, passed, closed }: ConnectionOptions) {
    this.sockets = [inside, outside];
    const around = { strikes: this.strikes, tap, passed, reset: this.reset };
    this.lanes = [new Lane('there', inside, outside, around), new Lane('back', outside, inside, around)];
    for (const socket of this.sockets) {
      socket.setNoDelay(true);
      socket.on('error', this.reset);
      socket.on('close', () => {
        if (this.sockets.every(({ destroyed }) => destroyed)) closed(this);
      });
    }
  }

  get isStuck(): boolean {
    return this.lanes.some(({ isStuck }) => isStuck);
  }

  afflict(affliction: Affliction): void {
    this.strikes.push(new Strike(affliction));
  }

  relieve(): void {
    this.strikes.length = 0;
  }

  readonly reset = (): void => {
    for (const socket of this.sockets) if (!socket.destroyed) socket.resetAndDestroy();
  };
}
