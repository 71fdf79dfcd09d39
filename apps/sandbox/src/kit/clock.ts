export type Cancel = () => void;

/** A partner's clock. Real time plus what `POST /control/clock` added plus the fault `clock-skew`. */
export interface SandboxClock {
  /** The partner's date: timestamps in bodies, expiries, statement days. */
  now(): Date;
  /**
   * Real time plus skew, never moved by the control API: for stamps that the other side compares with its own
   * clock (signatures), since advancing the sandbox cannot advance the gateway.
   */
  wallNow(): Date;
  /** Runs `run` once, `ms` from now, or as soon as the clock is advanced past that moment. */
  after(ms: number, run: () => unknown): Cancel;
}

interface Timer {
  dueMs: number;
  readonly run: () => unknown;
  handle: NodeJS.Timeout | undefined;
}

/** Node's longest timer; longer waits are armed again when it fires. */
const longestTimerMs = 2 ** 31 - 1;

/** The one movable time of a sandbox; every partner's clock looks at it. */
export class SimulatedTime {
  #offsetMs = 0;
  #additions = 0;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  after(ms: number, run: () => unknown): Cancel {
    const timer: Timer = { dueMs: this.nowMs() + ms, run, handle: undefined };
    this.#timers.add(timer);
    this.#additions += 1;
    this.#arm(timer);
    return () => {
      this.#drop(timer);
    };
  }

  /** Moves to `atMs`. Forward: everything due on the way runs, in order, each at its own moment. Back: nothing runs, waits stay as long. */
  moveTo(atMs: number): void {
    if (atMs < this.nowMs()) this.#moveBack(atMs);
    else this.#moveForward(atMs);
    for (const timer of this.#timers) this.#arm(timer);
  }

  backToReal(): void {
    this.moveTo(Date.now());
  }

  /** Forgets every pending timer. */
  stop(): void {
    for (const timer of this.#timers) this.#drop(timer);
  }

  #moveForward(atMs: number): void {
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= atMs).sort((a, b) => a.dueMs - b.dueMs);
      if (due.length === 0) break;
      this.#fireUntilOneIsAdded(due);
    }
    this.#offsetMs = atMs - Date.now();
  }

  /** What a timer adds may be due before the next in line: then the line is drawn up again. */
  #fireUntilOneIsAdded(due: readonly Timer[]): void {
    const additions = this.#additions;
    for (const timer of due) {
      if (this.#additions > additions) return;
      if (!this.#timers.has(timer)) continue;
      this.#offsetMs = Math.max(timer.dueMs - Date.now(), this.#offsetMs);
      this.#fire(timer);
    }
  }

  #moveBack(atMs: number): void {
    const backMs = this.nowMs() - atMs;
    for (const timer of this.#timers) timer.dueMs -= backMs;
    this.#offsetMs -= backMs;
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    const leftMs = Math.max(0, timer.dueMs - this.nowMs());
    timer.handle = setTimeout(
      () => {
        if (leftMs > longestTimerMs) this.#arm(timer);
        else this.#fire(timer);
      },
      Math.min(leftMs, longestTimerMs),
    );
  }

  #fire(timer: Timer): void {
    this.#drop(timer);
    timer.run();
  }

  #drop(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }
}

/** One partner's view of the simulated time; knows its own timers so that it can be forgotten alone. */
export class PartnerClock implements SandboxClock {
  readonly #pending = new Set<Cancel>();

  constructor(
    private readonly time: SimulatedTime,
    private readonly skewMs: () => number,
  ) {}

  now(): Date {
    return new Date(this.time.nowMs() + this.skewMs());
  }

  wallNow(): Date {
    return new Date(Date.now() + this.skewMs());
  }

  after(ms: number, run: () => unknown): Cancel {
    const cancel = () => {
      stop();
      this.#pending.delete(cancel);
    };
    const stop = this.time.after(ms, () => {
      this.#pending.delete(cancel);
      return run();
    });
    this.#pending.add(cancel);
    return cancel;
  }

  cancelAll(): void {
    for (const cancel of this.#pending) cancel();
  }
}
