/** How long a phase is left alone before it is measured, and how long it is measured. */
export interface Timing {
  readonly warmUpMs: number;
  readonly runMs: number;
}

interface Common extends Timing {
  /** Each has one request under way at any time. */
  readonly connections: number;
}

interface Api {
  readonly apiUrl: string;
  readonly token: string;
}

/** The intake statement alone: one row a statement, no API. */
export interface FloorJob extends Common {
  readonly kind: 'floor';
  readonly databaseUrl: string;
}

/** `POST /v1/payments` as any client sends it. */
export interface IntakeJob extends Common {
  readonly kind: 'intake';
  /** Connections take them in turn. */
  readonly apiUrls: readonly string[];
  readonly token: string;
}

/** `POST /v1/payments` by the clock, whatever becomes of those before; `connections` at most. */
export interface SteadyJob extends Common, Api {
  readonly kind: 'steady';
  readonly perSecond: number;
}

/** Signed webhooks of Wave. */
export interface CallbackJob extends Common {
  readonly kind: 'callbacks';
  readonly apiUrl: string;
  readonly callbackKey: string;
  readonly secret: string;
}

/** Payments that are carried through to their end; no more than `window` of them are open at any time. */
export interface EndToEndJob extends Common, Api {
  readonly kind: 'endToEnd';
  readonly databaseUrl: string;
  readonly window: number;
}

/** Payments by the clock, carried through to their end, while what waits is counted every second. */
export interface SustainedJob extends Common, Api {
  readonly kind: 'sustained';
  readonly databaseUrl: string;
  readonly perSecond: number;
}

/** Each path is asked for once, one after another, until time is up. */
export interface ReadJob extends Timing, Api {
  readonly kind: 'read';
  readonly paths: readonly string[];
}

export type Job = FloorJob | IntakeJob | SteadyJob | CallbackJob | EndToEndJob | SustainedJob | ReadJob;

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What waits at one moment. */
export interface QueueSample {
  /** Since the measuring began. */
  readonly second: number;
  /** Asked for by the timetable and not ended: with the generator, on the way, or in the database. */
  readonly operations: number;
  /** Stored and not yet understood. */
  readonly callbacks: number;
  /** Committed and not yet told. */
  readonly events: number;
}

/** What a phase came to. */
export interface Measured {
  readonly perSecond: number;
  /** How many came to their expected end, those of the warm-up among them. */
  readonly total: number;
  readonly latency: Latency;
  /** Answers that were not the expected one, by what they were. */
  readonly failures: Readonly<Record<string, number>>;
  /** Processor time of the generator itself. */
  readonly generatorSeconds: number;
  /** By the clock only: how many connections it took. */
  readonly connectionsUsed?: number;
  /** By the clock only: how long after its moment a request was sent. */
  readonly lateness?: Latency;
  readonly queue?: readonly QueueSample[];
}
