import type { BookEntry, PartnerFault } from '#partner-kit/testing';

/** How often a route of a simulated partner was called. */
export interface RouteCount {
  readonly method: string;
  readonly path: string;
  readonly count: number;
}

export interface Books {
  readonly entries: readonly BookEntry[];
  /** Decimal strings by account. */
  readonly balance: Readonly<Record<string, string>>;
}

/** A fault, also by chance. */
export type Fault = PartnerFault & { readonly probability?: number; readonly status?: number };

/** Steers a running sandbox over its control API; every partner is named by its id. */
export class SandboxControls {
  constructor(readonly url: string) {}

  /** What really moved; with a reference of ours, only its entries. */
  async books(partner: string, reference?: string): Promise<Books> {
    const query = reference === undefined ? '' : `?reference=${encodeURIComponent(reference)}`;
    return (await this.ask('GET', `partners/${partner}/books${query}`)) as Books;
  }

  /** Replaces the partner's faults; none: a well-behaved partner. */
  async misbehave(partner: string, ...faults: readonly Fault[]): Promise<void> {
    await this.ask('PUT', `partners/${partner}/faults`, faults);
  }

  /** The faults that are set now. */
  async faults(partner: string): Promise<readonly Fault[]> {
    return (await this.armed(partner)).map(({ fired: _, ...fault }) => fault);
  }

  /** How often those that are set now have struck since they were set. */
  async timesStruck(partner: string): Promise<number> {
    return (await this.armed(partner)).reduce((sum, { fired }) => sum + fired, 0);
  }

  /** One more fault, beside those that are set. */
  async addFault(partner: string, fault: Fault): Promise<void> {
    await this.ask('POST', `partners/${partner}/faults`, [fault]);
  }

  /** A customer pays us unasked. @returns what the partner says of it */
  async payUnasked(partner: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    return (await this.ask('POST', `partners/${partner}/receipts`, body)) as Record<string, unknown>;
  }

  async requests(partner: string): Promise<{ requests: readonly RouteCount[]; tokenRequests: number }> {
    return (await this.ask('GET', `partners/${partner}/requests`)) as {
      requests: readonly RouteCount[];
      tokenRequests: number;
    };
  }

  /** When requests came to a route such as `POST /v1/payout`, in milliseconds; what lies between them counts. */
  async arrivals(partner: string, route: string): Promise<readonly number[]> {
    const { arrivals } = (await this.ask('GET', `partners/${partner}/arrivals`)) as {
      arrivals: readonly {
        readonly method: string;
        readonly path: string;
        readonly atMs: readonly number[];
      }[];
    };
    return arrivals.find(({ method, path }) => `${method} ${path}` === route)?.atMs ?? [];
  }

  /** Moves the clock of all simulated partners on; what falls due meanwhile happens. */
  async advance(ms: number): Promise<void> {
    await this.ask('POST', 'clock', { advanceMs: ms });
  }

  /** The simulated clock shows real time again. */
  async resetClock(): Promise<void> {
    await this.ask('DELETE', 'clock');
  }

  /** A fresh partner: no movements, sessions, faults, counts. */
  async forget(partner: string): Promise<void> {
    await this.ask('DELETE', `partners/${partner}/books`);
  }

  private async armed(partner: string): Promise<readonly (Fault & { readonly fired: number })[]> {
    return (await this.ask('GET', `partners/${partner}/faults`)) as (Fault & { fired: number })[];
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the sandbox answers ${answer.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
