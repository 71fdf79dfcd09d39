import { type FastifyInstance } from 'fastify';
import { type Balance, type Books } from './books.js';
import { type Chance } from './chance.js';
import { type SandboxClock } from './clock.js';
import { type Courier } from './courier.js';
import { type Faults } from './faults.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route of the sandbox's own (a payer's page, a steering call): never counted, never faulted. */
    outsideProtocol?: boolean;
    /** A GET that sets something in motion, such as an answer by callback: the faults after acting are for it too. */
    acts?: boolean;
  }
}

/** One operator's behaviour. The default export of `partners/<operator>/simulator.ts`. */
export interface Simulator {
  /** The route that hands out tokens, as `GET /oauth/v1/generate`; counted apart in the requests report. */
  readonly tokenRoute?: string;
  /**
   * Checks `desk.settings` with its own zod schema and registers the partner's real paths.
   * `scope` is already prefixed with the partner's id and encapsulated: parsers, hooks, error and not-found
   * handlers set on it touch no other partner.
   */
  mount(scope: FastifyInstance, desk: Desk): void | Promise<void>;
}

/** What the partner itself would say when it answers `status` (429, 500, 503, 504...). */
export interface FaultAnswer {
  readonly contentType: string;
  readonly body: string;
}

/** A program of the bank's that the partner calls by itself, at an address that may change while it runs. */
export interface Connector {
  /** What the control API shows. */
  address(): unknown;
  /** @throws ZodError naming the field */
  moveTo(body: unknown): void;
}

/** All that a simulator needs from the sandbox; one per partner instance. */
export interface Desk {
  readonly id: string;
  /** The partner's `settings` of sandbox.yaml, with every `env:NAME` already resolved. */
  readonly settings: unknown;
  /** Where the sandbox can be reached from outside, with the partner's prefix: `http://127.0.0.1:4000/wave-sn`. */
  readonly publicUrl: () => string;
  readonly clock: SandboxClock;
  readonly books: Books;
  readonly faults: Faults;
  readonly courier: Courier;
  /** What nobody decides is drawn from here: `seed` of sandbox.yaml repeats it. */
  readonly chance: Chance;
  /**
   * A customer pays us unasked: `POST /control/partners/{id}/receipts`. What the handler resolves to is the
   * answer's body (201). A zod error thrown by it is answered 400 with pointers.
   */
  onReceipt(handler: (body: unknown) => Promise<unknown>): void;
  /** Where this partner calls: `GET` and `PUT /control/partners/{id}/connector`. Outlives `onForget`. */
  onConnector(connector: Connector): void;
  /** The partner's own shape for the answers that faults inject. Without it: JSON `{"error": <status>}`. */
  onFaultAnswer(shape: (status: number) => FaultAnswer): void;
  /** The simulated balances of now, shown beside the books. */
  onBalance(read: () => Balance): void;
  /** `DELETE /control/partners/{id}/books`: drop every session, token, lock and balance change. */
  onForget(forget: () => void): void;
}
