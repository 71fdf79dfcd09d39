import { type OperationView } from '../support/gateway-client.js';
import { type Stack, type StackOptions } from '../support/stack.js';
import { type FaultProxy } from './proxy/fault-proxy.js';
import { type Random } from './random.js';

/** One thing that goes wrong, on purpose. */
export interface Scenario {
  /** F: written down; M: a walk beside the model; R: a round of the random simulation, B: a short one of either, of builds. */
  readonly id: `${'F' | 'M' | 'R' | 'B'}${number}`;
  /** What happens, as a sentence: "the api dies between commit and answer". */
  readonly title: string;
  /** Laid over the settings of the run; a scenario that has any gets a stack of its own (some seconds more). */
  readonly settings?: StackOptions;
  /** @throws when what it expects does not hold; the invariants are checked by the runner afterwards */
  run(world: World): Promise<void>;
}

export type Kind = 'api' | 'worker';

/** Everything that can be broken, and the means to see what came of it. */
export interface World {
  readonly random: Random;
  /**
   * Two apis, two workers, the sandbox; its `database` goes straight to PostgreSQL, its `apiUrls` past the proxies.
   * Nobody forgets the sandbox's books: the invariants look at all of the run.
   */
  readonly stack: Stack;
  readonly links: Links;
  /** Where partners ask us, by way of `links.toInbound`. */
  readonly inboundUrl: string;
  /** Where the switch does, by way of `links.toSwitchDoor`. */
  readonly switchDoorUrl: string;
  readonly postgres: {
    /** `immediate`: as a crash, the next start recovers from the log. */
    stop(mode: 'immediate' | 'fast'): Promise<void>;
    /** The same port, the same data. */
    start(): Promise<void>;
  };
  readonly recorder: Recorder;
  /** Kills the process (or does `act` instead) when the statement crosses its wire. */
  readonly failPoint: (point: FailPointOrder) => FailPoint;
  readonly clock: {
    /** Restarts that process with its clock moved; 0: the right time. */
    readonly shift: (kind: Kind, index: number, ms: number) => Promise<void>;
  };
  readonly say: (progress: string) => void;
  /** Ends the process with the signal (when it runs) and starts it again; resolves when it is ready. */
  readonly restart: (kind: Kind, index: number, signal: NodeJS.Signals) => Promise<void>;
  /** Everything runs, no fault is set, the proxies pass, the clocks are right. */
  readonly heal: () => Promise<void>;
  /** Resolves when every operation has ended or is flagged, and no queue holds anything that is due. @throws naming what is left */
  readonly settle: (withinMs?: number) => Promise<void>;
  /** Looks until `check` finds something. @throws naming `what` when time is up; default 10 s */
  readonly until: <T>(
    what: string,
    check: () => Promise<T | undefined | false> | T | undefined | false,
    withinMs?: number,
  ) => Promise<T>;
}

export interface Links {
  /** Each process's own way to PostgreSQL. */
  readonly apiToDatabase: readonly FaultProxy[];
  readonly workerToDatabase: readonly FaultProxy[];
  /** The gateway's way to all partners (sandbox). */
  readonly toPartners: FaultProxy;
  /** The partners' way to us: callbacks arrive at the first api. */
  readonly toCallbacks: FaultProxy;
  /** The way of partners that ask us, where both apis take turns. */
  readonly toInbound: FaultProxy;
  /** The way of the switch, which asks at a door of its own. */
  readonly toSwitchDoor: FaultProxy;
  /** The clients' way to each api; the recorder goes there. */
  readonly toApis: readonly FaultProxy[];
}

export interface FailPointOrder {
  readonly process: Kind;
  readonly index: number;
  /** The name of the prepared statement, such as `operations-apply`. */
  readonly statement: string;
  /**
   * `before`: the server has not seen the statement. `after`: it has carried it out and answered, but the process has
   * not heard.
   */
  readonly when: 'before' | 'after';
  /** Only with this text, such as an operation's id, among the first of what is bound to it. */
  readonly holding?: string;
  /** So many crossings pass first. */
  readonly skip?: number;
  /** Instead of SIGKILL; the statement, or its answer, is held until it is done, and then passes. */
  readonly act?: () => Promise<void>;
}

export interface FailPoint {
  /** The process is dead, or `act` is done. */
  readonly struck: Promise<void>;
  disarm(): void;
}

/** The default is what a simulated payer or payee pays at once, with a reference that no other order has. */
export interface Order {
  /** Mojaloop only pays out, by its scheme adapter or straight to the switch. */
  readonly partner: 'wave-sn' | 'mpesa-ke' | 'mojaloop-sn' | 'mojaloop-fspiop-sn';
  readonly value: string;
  readonly msisdn: string;
  readonly reference: string;
  /** Only of a partner that asks before it moves money; default: as the partner's file says. */
  readonly confirmation?: 'automatic' | 'manual';
}

export interface SendOptions {
  /** Default: a fresh one. */
  readonly key?: string;
  /** Default: `main`. Any other name is another client with every scope, made when first used. */
  readonly client?: string;
  /** Which api; default: drawn. */
  readonly api?: number;
  /** Asks for the answer to be held back so long. */
  readonly waitS?: number;
  /** Repeats with the same key what was refused, reset, or answered 503, 429 or 409; default true. */
  readonly retry?: boolean;
  /** Gives up, with status 0, after this long; default 60 s, which a restart on a busy machine may take. */
  readonly patienceMs?: number;
}

/** What a request was answered in the end; status 0: nothing. */
export interface Answered {
  readonly status: number;
  readonly operation: OperationView | null;
  readonly body: unknown;
  readonly headers: Headers;
  readonly key: string;
  /** Every status on the way, the last one included. */
  readonly statuses: readonly number[];
}

export interface CallbackRequest {
  readonly partner: string;
  /** Below the partner's callback address, beginning with `/`; or with `/callbacks/` the whole path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly api?: number;
}

export type Acknowledgement =
  | {
      readonly what: 'operation';
      readonly operationId: string;
      readonly client: string;
      readonly key: string;
      readonly path: string;
      readonly sent: object;
    }
  | { readonly what: 'callback'; readonly partner: string; readonly digest: string }
  | { readonly what: 'confirmation'; readonly operationId: string; readonly step: string }
  | { readonly what: 'cancellation'; readonly operationId: string };

/** The public API as a client uses that repeats itself; remembers everything that was answered 2xx. */
export interface Recorder {
  pay(order?: Partial<Order>, options?: SendOptions): Promise<Answered>;
  transfer(order?: Partial<Order>, options?: SendOptions): Promise<Answered>;
  /** @param amount a decimal string; default: all of it */
  reverse(operationId: string, amount?: string, options?: SendOptions): Promise<Answered>;
  /** Yes to the question that the operation waits with; not repeated. Status 0 where no api answers. */
  confirm(operationId: string, step: string): Promise<Answered>;
  /** No to it; not repeated. The answer may say that it is too late. Status 0 where no api answers. */
  cancel(operationId: string): Promise<Answered>;
  /** Anything else that moves money: `path` and body as they are given. */
  send(path: string, body: object, options?: SendOptions): Promise<Answered>;
  /** Raw, as a partner or a forger sends it; not repeated. */
  callback(request: CallbackRequest): Promise<Answered>;
  /** Since the run began; also what partners were told on their way to us. */
  readonly acknowledged: readonly Acknowledgement[];
}
