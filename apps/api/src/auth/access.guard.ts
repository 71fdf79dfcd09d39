import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type FastifyReply } from 'fastify';
import { Problem } from '../problems/problem.js';
import { type Access, accessOf } from './access.js';
import { AccessTokens } from './access-tokens.js';
import { type Caller, type IdentifiedRequest } from './caller.js';
import { RateLimit } from './rate-limit.js';
import { readBearer } from './strategies.js';

/**
 * What passport says of a request that no strategy took. Each challenge has a header line of its own: browsers read one
 * of a line, and would not ask for a password where another comes first.
 */
function unauthenticated(info: unknown): Problem {
  const challenges = [info].flat().filter((one) => typeof one === 'string');
  return new Problem('unauthenticated', {
    headers: { 'www-authenticate': challenges.length > 0 ? challenges : ['Bearer realm="passerelle"'] },
  });
}

class BearerGuard extends AuthGuard('bearer') {
  override handleRequest<User>(error: unknown, user: User | false | null, info: unknown): User {
    if (error instanceof Error) throw error;
    if (!user) throw unauthenticated(info);
    return user;
  }
}

class DocumentsGuard extends AuthGuard(['bearer', 'basic']) {
  override handleRequest<User>(error: unknown, user: User | false | null, info: unknown): User {
    if (error instanceof Error) throw error;
    if (!user) throw unauthenticated(info);
    return user;
  }
}

/** The one guard of all routes: a route is marked with a scope or as public, or nobody gets in. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly bearer = new BearerGuard();
  private readonly documents = new DocumentsGuard();
  /** By handler: read once. */
  private readonly marks = new Map<object, Access>();

  constructor(
    private readonly limit: RateLimit,
    private readonly tokens: AccessTokens,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.markOf(context.getHandler());
    return access.is === 'public' ? true : this.admit(context, access);
  }

  private async admit(
    context: ExecutionContext,
    access: Extract<Access, { is: 'scoped' }>,
  ): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    // A strategy of passport costs much litter per request: only who is not known yet goes through one.
    request.user = this.recall(request) ?? (await this.identify(context, access));
    await this.limit.count(request.user, context.switchToHttp().getResponse<FastifyReply>());
    if (!request.user.scopes.has(access.scope)) throw missing(access.scope);
    return true;
  }

  private recall({ headers }: IdentifiedRequest): Caller | undefined {
    const token = readBearer(headers);
    return token === undefined ? undefined : this.tokens.recall(token);
  }

  private async identify(context: ExecutionContext, { documents }: { documents: boolean }): Promise<Caller> {
    await (documents ? this.documents : this.bearer).canActivate(context);
    const { user } = context.switchToHttp().getRequest<IdentifiedRequest>();
    if (!user) throw unauthenticated(null);
    return user;
  }

  private markOf(handler: object): Access {
    const known = this.marks.get(handler);
    if (known) return known;
    const access = accessOf(handler);
    if (!access) throw new Error('a route without a scope or a public mark');
    this.marks.set(handler, access);
    return access;
  }
}

const missing = (scope: string): Problem =>
  new Problem('insufficient-scope', {
    detail: `this needs the scope ${scope}`,
    headers: {
      'www-authenticate': `Bearer realm="passerelle", error="insufficient_scope", scope="${scope}"`,
    },
  });
