/** How long a phase is left alone before it is measured, and how long it is measured. */
export interface Timing {
  readonly warmUpMs: number;
  readonly runMs: number;
}

interface Common extends Timing {
  /** Each has one request under way at any time. */
  readonly connections: number;
}

/** The intake statement alone: one row a statement, no API. */
export interface FloorJob extends Common {
  readonly kind: 'floor';
  readonly databaseUrl: string;
}

/** `POST /v1/payments` as any client sends it. */
export interface IntakeJob extends Common {
  readonly kind: 'intake';
  readonly apiUrl: string;
  readonly token: string;
}

/** Signed webhooks of Wave. */
export interface CallbackJob extends Common {
  readonly kind: 'callbacks';
  readonly apiUrl: string;
  readonly callbackKey: string;
  readonly secret: string;
}

/** Payments that are carried through to their end; no more than `window` of them are open at any time. */
export interface EndToEndJob extends Common {
  readonly kind: 'endToEnd';
  readonly apiUrl: string;
  readonly token: string;
  readonly databaseUrl: string;
  readonly window: number;
}

export type Job = FloorJob | IntakeJob | CallbackJob | EndToEndJob;

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What a phase came to. */
export interface Measured {
  readonly perSecond: number;
  readonly latency: Latency;
  /** Answers that were not the expected one, by what they were. */
  readonly failures: Readonly<Record<string, number>>;
  /** Processor time of the generator itself, in cores. */
  readonly generatorCores: number;
}
