import { type FastifyInstance } from 'fastify';

export interface RequestsReport {
  readonly requests: readonly { readonly method: string; readonly path: string; readonly count: number }[];
  readonly tokenRequests: number;
}

/** How often each route of a partner was called, whatever came of it. */
export class RequestCounts {
  readonly #counts = new Map<string, number>();

  constructor(private readonly tokenRoute: string | undefined) {}

  watch(scope: FastifyInstance, prefix: string): void {
    scope.addHook('onRequest', (request, _reply, done) => {
      const { url = `${prefix}/*`, config } = request.routeOptions;
      if (config.outsideProtocol !== true) this.#count(`${request.method} ${url.slice(prefix.length)}`);
      done();
    });
  }

  report(): RequestsReport {
    const requests = [...this.#counts].map(([route, count]) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, path, count };
    });
    return { requests, tokenRequests: this.#counts.get(this.tokenRoute ?? '') ?? 0 };
  }

  forget(): void {
    this.#counts.clear();
  }

  #count(route: string): void {
    this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
  }
}
