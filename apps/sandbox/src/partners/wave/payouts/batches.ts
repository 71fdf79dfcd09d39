import { lowerAlphanumerics, randomText } from '../../../kit/ids.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';
import { type PayoutOrder } from './order.js';
import { type Payout, type Payouts } from './payouts.js';

interface Batch {
  readonly id: string;
  readonly lines: readonly Payout[];
  status: 'processing' | 'complete';
}

/** Many payouts under one id; they end all at once, each in its own way. */
export class Batches {
  readonly #byId = new Map<string, Batch>();

  constructor(
    private readonly wave: WaveDesk,
    private readonly payouts: Payouts,
  ) {}

  submit(orders: readonly PayoutOrder[]): Batch {
    const { desk, settings } = this.wave;
    const id = `pb-1${randomText(15, lowerAlphanumerics)}`;
    const batch: Batch = {
      id,
      lines: orders.map((order) => this.payouts.create(order, id)),
      status: 'processing',
    };
    this.#byId.set(id, batch);
    desk.clock.after(settings.batchMs, () => {
      for (const line of batch.lines) this.payouts.settle(line);
      batch.status = 'complete';
    });
    return batch;
  }

  /** @throws WaveRefusal when there is none. */
  read(id: string): object {
    const batch = this.#byId.get(id);
    if (!batch) throw new WaveRefusal('not-found');
    return { id, status: batch.status, payouts: batch.lines.map((line) => this.payouts.view(line)) };
  }

  forget(): void {
    this.#byId.clear();
  }
}
