import { type FastifyInstance } from 'fastify';

interface Route {
  readonly method: string;
  readonly path: string;
}

export interface RequestsReport {
  readonly requests: readonly (Route & { readonly count: number })[];
  readonly tokenRequests: number;
}

export interface ArrivalsReport {
  /** Milliseconds since 1970 by a clock that nobody sets, not even the control API: for what lies between them. */
  readonly arrivals: readonly (Route & { readonly atMs: readonly number[] })[];
}

/** When each route of a partner was called, whatever came of it. */
export class RequestJournal {
  readonly #arrivals = new Map<string, number[]>();

  constructor(private readonly tokenRoute: string | undefined) {}

  watch(scope: FastifyInstance, prefix: string): void {
    scope.addHook('onRequest', (request, _reply, done) => {
      const { url = `${prefix}/*`, config } = request.routeOptions;
      if (config.outsideProtocol !== true) this.#note(`${request.method} ${url.slice(prefix.length)}`);
      done();
    });
  }

  report(): RequestsReport {
    const requests = this.arrivals().arrivals.map(({ atMs, ...route }) => ({ ...route, count: atMs.length }));
    return { requests, tokenRequests: this.#arrivals.get(this.tokenRoute ?? '')?.length ?? 0 };
  }

  arrivals(): ArrivalsReport {
    const arrivals = [...this.#arrivals].map(([route, atMs]) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, path, atMs };
    });
    return { arrivals };
  }

  forget(): void {
    this.#arrivals.clear();
  }

  #note(route: string): void {
    const nowMs = Math.round(performance.timeOrigin + performance.now());
    const atMs = this.#arrivals.get(route);
    if (atMs) atMs.push(nowMs);
    else this.#arrivals.set(route, [nowMs]);
  }
}
