const LOOK_EVERY_MS = 100;

/** A time in which nobody could look after deadlines. */
export interface Absence {
  readonly from: Date;
  readonly to: Date;
}

/** Notes when nobody was there: no worker, or no database. Looks often enough, for what is measured in seconds. */
export class Absences {
  private readonly over: Absence[] = [];
  private since: Date | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly isAnybodyThere: () => boolean) {
    this.timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Those so far, and the one that is not over yet. */
  get all(): readonly Absence[] {
    return this.since ? [...this.over, { from: this.since, to: new Date() }] : this.over;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!this.isAnybodyThere()) {
      this.since ??= new Date();
    } else if (this.since) {
      this.over.push({ from: this.since, to: new Date() });
      this.since = undefined;
    }
  }
}
