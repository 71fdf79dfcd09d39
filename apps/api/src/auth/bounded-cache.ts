/** Remembers the last values set, up to a number of them, each until its own end. */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly endsAt: number }>();

  /**
   * `capacity`: entries kept; the one set first goes first. Being read changes nothing: to sort entries by their use
   * would make garbage of every look.
   */
  constructor(private readonly capacity: number) {}

  /** `now` in milliseconds since 1970. */
  get(key: string, now: number): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.endsAt > now) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, endsAt: number): void {
    // A Map keeps the order of insertion: what was set last stands last.
    this.entries.delete(key);
    this.entries.set(key, { value, endsAt });
    if (this.entries.size <= this.capacity) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
