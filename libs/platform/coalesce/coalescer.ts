import DataLoader from 'dataloader';

export interface CoalescerOptions<In, Out> {
  /** One set-based call: as many answers as inputs, in their order. */
  readonly run: (batch: readonly In[]) => Promise<readonly Out[]>;
  /** Says that one input of the batch is to blame, so that the others deserve to be tried without it. */
  readonly isolates?: (error: unknown) => boolean;
  /** Batches in flight at once. Default 2. */
  readonly parallel?: number;
  /** Inputs in one batch. Default 256. */
  readonly maxBatch?: number;
  /** How long a batch keeps its place at least, in milliseconds: so long the next one grows. Default 0. */
  readonly paceMs?: number;
  /** No longer than this for each of its inputs: where little is going on, nothing waits for more. Default: no less for few. */
  readonly pacePerInputMs?: number;
}

const toError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('a batch failed', { cause: reason });

/**
 * Gathers concurrent calls into set-based ones. A lone call leaves at once; while `parallel` batches are in flight
 * the next one grows, up to `maxBatch`, and leaves when one returns. Only `paceMs` holds a batch back, and none that
 * comes to a free place.
 */
export class Coalescer<In, Out> {
  private readonly loader: DataLoader<In, Out>;
  private readonly waiting: (() => void)[] = [];
  private inFlight = 0;
  private readonly parallel: number;

  constructor(private readonly options: CoalescerOptions<In, Out>) {
    this.parallel = options.parallel ?? 2;
    this.loader = new DataLoader((batch: readonly In[]) => this.flush(batch), {
      cache: false,
      maxBatchSize: options.maxBatch ?? 256,
      batchScheduleFn: (dispatch) => {
        this.schedule(dispatch);
      },
    });
  }

  /** The answer to this input. Rejects with what `run` threw, or with the error of this very input. */
  submit(input: In): Promise<Out> {
    return this.loader.load(input);
  }

  private schedule(dispatch: () => void): void {
    if (this.inFlight >= this.parallel) {
      this.waiting.push(dispatch);
      return;
    }
    this.inFlight += 1;
    // Whatever is submitted in this same turn of the event loop comes along.
    setImmediate(dispatch);
  }

  private async flush(batch: readonly In[]): Promise<readonly (Out | Error)[]> {
    const leftAt = performance.now();
    try {
      return await this.attempt(batch);
    } finally {
      const { paceMs = 0, pacePerInputMs = Infinity } = this.options;
      const restMs = Math.min(paceMs, pacePerInputMs * batch.length) - (performance.now() - leftAt);
      if (restMs <= 0) this.makeRoom();
      else
        setTimeout(() => {
          this.makeRoom();
        }, restMs);
    }
  }

  private makeRoom(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inFlight -= 1;
    else next();
  }

  /** Halves a failing batch until the input to blame stands alone. */
  private async attempt(batch: readonly In[]): Promise<readonly (Out | Error)[]> {
    try {
      const answers = await this.options.run(batch);
      if (answers.length === batch.length) return answers;
      throw new Error(`a batch of ${batch.length} was answered by ${answers.length}`);
    } catch (reason) {
      if (batch.length === 1 || this.options.isolates?.(reason) !== true)
        return batch.map(() => toError(reason));
      const half = Math.ceil(batch.length / 2);
      return [...(await this.attempt(batch.slice(0, half))), ...(await this.attempt(batch.slice(half)))];
    }
  }
}
