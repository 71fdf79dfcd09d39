import { type Socket } from 'node:net';
import { Lane, type Surroundings } from './lane.js';
import { Strike, type Affliction } from './strike.js';

export interface ConnectionOptions extends Pick<Surroundings, 'tap' | 'barrier' | 'passed'> {
  /** The socket of who connected, and the one to who was asked for. */
  readonly inside: Socket;
  readonly outside: Socket;
  readonly closed: (connection: Connection) => void;
}

/** Two sockets, and what lies between them. */
export class Connection {
  private readonly strikes: Strike[] = [];
  private readonly lanes: readonly Lane[];
  private readonly sockets: readonly Socket[];

  constructor({ inside, outside, closed, ...options }: ConnectionOptions) {
    this.sockets = [inside, outside];
    const around = { ...options, strikes: this.strikes, reset: this.reset };
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
