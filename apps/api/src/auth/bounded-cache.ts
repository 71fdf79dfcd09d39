/** Remembers the last values used, up to a number of them, each until its own end. */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly endsAt: number }>();

  /** `capacity`: entries kept; the one unused for longest goes first. */
  constructor(private readonly capacity: number) {}

  /** `now` in milliseconds since 1970. */
  get(key: string, now: number): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    if (entry.endsAt <= now) return undefined;
    // A Map keeps the order of insertion: what was used last stands last.
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, endsAt: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, endsAt });
    if (this.entries.size <= this.capacity) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
