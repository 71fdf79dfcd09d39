import { type Client } from '#gateway';
import { type IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { AccessTokens } from './access-tokens.js';
import { readBasic } from './basic-credentials.js';
import { type Caller } from './caller.js';
import { ClientLogin, type Credentials } from './client-login.js';

type Done<User> = (error: unknown, user?: User | null) => void;

/** How a scheme ends, as passport gives it to every strategy. */
interface Ending<User> {
  success(user: User): void;
  fail(challenge: string): void;
  error(error: unknown): void;
}

/** RFC 6750: the token is in the `Authorization` header and nowhere else. */
export const readBearer = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization)?.[1];

const REALM = 'realm="passerelle"';

class BearerScheme extends passport.Strategy {
  override readonly name = 'bearer';

  constructor(private readonly verify: (token: string, done: Done<Caller>) => void) {
    super();
  }

  override authenticate(this: this & Ending<Caller>, { headers }: { headers: IncomingHttpHeaders }): void {
    const token = readBearer(headers);
    if (token === undefined) {
      this.fail(`Bearer ${REALM}`);
      return;
    }
    this.verify(token, (error, caller) => {
      if (error) this.error(error);
      else if (caller) this.success(caller);
      else this.fail(`Bearer ${REALM}, error="invalid_token"`);
    });
  }
}

/** Client id and secret, for people who read documentation in a browser. */
class BasicScheme extends passport.Strategy {
  override readonly name = 'basic';

  constructor(private readonly verify: (credentials: Credentials, done: Done<Caller>) => void) {
    super();
  }

  override authenticate(
    this: this & Ending<Caller>,
    { headers, ip = '' }: { headers: IncomingHttpHeaders; ip?: string | undefined },
  ): void {
    const named = readBasic(headers.authorization);
    if (!named) {
      this.fail(`Basic ${REALM}, charset="UTF-8"`);
      return;
    }
    this.verify({ ...named, source: ip }, (error, caller) => {
      if (error) this.error(error);
      else if (caller) this.success(caller);
      else this.fail(`Basic ${REALM}, charset="UTF-8"`);
    });
  }
}

@Injectable()
export class BearerStrategy extends PassportStrategy(BearerScheme) {
  constructor(private readonly tokens: AccessTokens) {
    super();
  }

  validate(token: string): Promise<Caller | null> {
    return this.tokens.bearerOf(token);
  }
}

const toCaller = ({ id, scopes, rateLimitPerSecond }: Client): Caller => ({
  clientId: id,
  scopes: new Set(scopes),
  rateLimitPerSecond,
});

@Injectable()
export class BasicStrategy extends PassportStrategy(BasicScheme) {
  constructor(private readonly logins: ClientLogin) {
    super();
  }

  async validate(credentials: Credentials): Promise<Caller | null> {
    const client = await this.logins.findOrRemember(credentials);
    return client && toCaller(client);
  }
}
