import { type FailPoint, type Kind, type World } from '../world.js';

export interface DeathOrder {
  readonly kind: Kind;
  readonly statement: string;
  readonly when: 'before' | 'after';
  readonly holding?: string;
  /** Whether this crossing is the one; default: the first is. */
  readonly isIt?: () => Promise<boolean>;
  /** Default: one, whichever comes to it first. With two, whoever takes over dies of it as well. */
  readonly victims?: 1 | 2;
}

/** While one crossing is looked at, others pass by the next trap. */
const AT_ONCE = 8;

/** A process, whichever it is, dies where it sends a statement: what it was about to say is never heard. */
export class Death {
  private readonly points: FailPoint[] = [];
  private readonly dead: number[] = [];
  private isUndone = false;

  constructor(
    private readonly world: World,
    private readonly order: DeathOrder,
  ) {
    for (const index of [0, 1]) for (let n = 0; n < AT_ONCE; n += 1) this.arm(index);
  }

  /** Resolves when as many have died as were ordered. @throws when they have not: then nobody dies of it any more */
  async come(withinMs = 10_000): Promise<void> {
    const { kind, statement, when } = this.order;
    const isOver = (): boolean => this.dead.length === (this.order.victims ?? 1);
    try {
      await this.world.until(`death of an ${kind} ${when} ${statement}`, isOver, withinMs);
    } catch (error) {
      this.disarm();
      throw error;
    }
  }

  /** Nobody dies of it any more, and who died lives again. */
  async undo(): Promise<void> {
    this.disarm();
    await Promise.all(this.dead.map((index) => this.world.restart(this.order.kind, index, 'SIGKILL')));
  }

  private disarm(): void {
    this.isUndone = true;
    for (const point of this.points) point.disarm();
  }

  private arm(index: number): void {
    // Who was still looked at when it was undone would else spring a trap in the place of the next death's.
    if (this.isUndone) return;
    const { kind: process, statement, when, holding } = this.order;
    const act = () => this.cross(index);
    this.points.push(
      this.world.failPoint({
        ...{ process, index, statement, when, act },
        ...(holding === undefined ? {} : { holding }),
      }),
    );
  }

  private async cross(index: number): Promise<void> {
    const { kind, isIt, victims = 1 } = this.order;
    const isDue = (await isIt?.()) ?? true;
    if (this.dead.includes(index)) return;
    if (!isDue || this.dead.length === victims) {
      this.arm(index);
      return;
    }
    this.dead.push(index);
    const { stack, links } = this.world;
    await (kind === 'api' ? stack.apis : stack.workers)[index]?.kill('SIGKILL');
    // What is held on the way to the database dies with it.
    (kind === 'api' ? links.apiToDatabase : links.workerToDatabase)[index]?.cutAll();
  }
}
