/** How the worker works; from the configuration, all in milliseconds but the batch. */
export class WorkSettings {
  constructor(
    readonly pollIntervalMs: number,
    readonly claimBatch: number,
    readonly leaseMs: number,
    readonly drainMs: number,
    readonly balanceReadingsKeptMs: number,
  ) {}
}
