import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Scope } from './scopes.js';

/** Who a request is from. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** Requests per second; null: the usual limit. */
  readonly rateLimitPerSecond: number | null;
}

/** Where the guards leave the caller on a request. */
export type IdentifiedRequest = FastifyRequest & { user?: Caller };

export const may = (caller: Caller, scope: Scope): boolean => caller.scopes.has(scope);

/** The caller of a route that is not public. */
export function callerOf({ user }: IdentifiedRequest): Caller {
  if (!user) throw new Error('a public route has no caller');
  return user;
}

/** The same, as a parameter. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<IdentifiedRequest>()),
);
