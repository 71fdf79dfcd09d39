import { Injectable } from '@nestjs/common';
import { type FastifyInstance } from 'fastify';

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
}

/** "/v1/operations/:id" matches "/v1/operations/0193…"; "/callbacks/:key/*" whatever follows the key. */
const toPattern = (url: string): RegExp => {
  const source = url
    .split('/')
    .map((part) =>
      part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source}/?$`);
};

/** Which methods an address takes: what tells 405 from 404. Collected while the routes are registered. */
@Injectable()
export class AllowedMethods {
  private readonly routes: Route[] = [];

  collectFrom(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.routes.push({ method: one, pattern: toPattern(url) });
    });
  }

  of(url: string): readonly string[] {
    const [path = ''] = url.split('?');
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].toSorted();
  }
}
