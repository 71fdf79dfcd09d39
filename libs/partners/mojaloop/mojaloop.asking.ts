import { NotReached, type Sightings } from '#partner-kit';

/** As it is kept: from the first question about a price to the last, without a transfer that moved and had none. */
const ASKS_FOR_A_YES = 'asks for a yes to a price';

/**
 * Does the scheme adapter ask before it moves money? It is set up to, outside our reach, and may be set up otherwise
 * for a while. So it is believed of the time between two questions only.
 */
export class Asking {
  /** It moved money without a yes, and what was seen of it before could not be forgotten yet. */
  #isStale = false;

  constructor(private readonly sightings: Sightings) {}

  /** It has asked for the yes that moves money. */
  async seen(): Promise<void> {
    if (this.#isStale) await this.#forget();
    if (!this.#isStale) await this.sightings.saw(ASKS_FOR_A_YES).catch(ignoreOutOfReach);
  }

  /** It has gone on without one. Whoever has that to tell waits for nothing. */
  missed(): void {
    this.#isStale = true;
    void this.#forget();
  }

  /** Was it seen to ask before that moment, and after it? `never`: it will not be, whatever is seen from now on. */
  async around(moment: Date): Promise<'yes' | 'not yet' | 'never'> {
    if (this.#isStale) await this.#forget();
    const span = await this.sightings.spanOf(ASKS_FOR_A_YES);
    if (this.#isStale || span === null || span.first >= moment) return 'never';
    return span.last > moment ? 'yes' : 'not yet';
  }

  async #forget(): Promise<void> {
    await this.sightings.forget(ASKS_FOR_A_YES).then(() => (this.#isStale = false), ignoreOutOfReach);
  }
}

/** What was not kept costs an order its answer at most. */
function ignoreOutOfReach(error: unknown): void {
  if (!(error instanceof NotReached)) throw error;
}
