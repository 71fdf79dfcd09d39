import { SetMetadata } from '@nestjs/common';
import { type Scope } from './scopes.js';

/** Who may call a route. `documents` also take client id and secret by HTTP Basic, for people with a browser. */
export type Access =
  | { readonly is: 'public'; readonly why: string }
  | { readonly is: 'scoped'; readonly scope: Scope; readonly documents: boolean };

const ACCESS = 'passerelle:access';

export const Grants = (access: Access): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, access);

/** The mark of a route; undefined where somebody forgot it. */
export const accessOf = (handler: object): Access | undefined =>
  Reflect.getMetadata(ACCESS, handler) as Access | undefined;
