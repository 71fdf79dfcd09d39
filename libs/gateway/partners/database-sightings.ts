import { NotReached, type Sightings, type Span } from '#partner-kit';
import { type Database } from '#platform';

const SAW = {
  name: 'sightings-saw',
  text: `INSERT INTO partner_sightings AS seen (partner, what) VALUES ($1, $2)
    ON CONFLICT (partner, what) DO UPDATE SET last_at = greatest(seen.last_at, excluded.last_at)`,
};

const SPAN = {
  name: 'sightings-span',
  text: 'SELECT first_at AS first, last_at AS last FROM partner_sightings WHERE partner = $1 AND what = $2',
};

const FORGET = {
  name: 'sightings-forget',
  text: 'DELETE FROM partner_sightings WHERE partner = $1 AND what = $2',
};

/** What is seen with every order need not be written with every order. */
const REST_MS = 1_000;

/** One partner's rows of `partner_sightings`. */
export class DatabaseSightings implements Sightings {
  private readonly restUntil = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly partner: string,
  ) {}

  /** The last of several within a second may be told as a second earlier than it was. */
  async saw(what: string): Promise<void> {
    const now = performance.now();
    if (now < (this.restUntil.get(what) ?? 0)) return;
    this.restUntil.set(what, now + REST_MS);
    try {
      await keeping(this.database.execute(SAW, [this.partner, what]));
    } catch (error) {
      this.restUntil.delete(what);
      throw error;
    }
  }

  async spanOf(what: string): Promise<Span | null> {
    const [span] = await keeping(this.database.query<Span>(SPAN, [this.partner, what]));
    return span ?? null;
  }

  async forget(what: string): Promise<void> {
    await keeping(this.database.execute(FORGET, [this.partner, what]));
    this.restUntil.delete(what);
  }
}

/** Whatever the trouble: whoever has just been told of money has more to do than to fail of this. */
async function keeping<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw new NotReached('what was seen of the partner is out of reach', { cause: error });
  }
}
