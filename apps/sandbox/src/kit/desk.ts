import { type FastifyInstance } from 'fastify';
import { injectAnswerFaults } from './answer-faults.js';
import { type Balance, PartnerBooks } from './books.js';
import { type Chance } from './chance.js';
import { PartnerClock, type SimulatedTime } from './clock.js';
import { PartnerCourier } from './courier.js';
import { PartnerFaults } from './faults.js';
import { RequestJournal } from './request-journal.js';
import { type Connector, type Desk, type FaultAnswer, type Simulator } from './simulator.js';

/** One simulated partner: the desk that its simulator works at, and what the control API steers. */
export class PartnerDesk implements Desk {
  readonly books = new PartnerBooks();
  readonly faults: PartnerFaults;
  readonly clock: PartnerClock;
  readonly courier: PartnerCourier;
  readonly requests: RequestJournal;
  receive: ((body: unknown) => Promise<unknown>) | undefined;
  connector: Connector | undefined;
  #shape = (status: number): FaultAnswer => ({
    contentType: 'application/json',
    body: JSON.stringify({ error: status }),
  });
  #readBalance: () => Balance = () => ({});
  #forget: () => void = () => undefined;

  constructor(
    readonly id: string,
    readonly operator: string,
    readonly settings: unknown,
    private readonly simulator: Simulator,
    private readonly baseUrl: () => string,
    time: SimulatedTime,
    readonly chance: Chance,
  ) {
    this.faults = new PartnerFaults(chance);
    this.clock = new PartnerClock(time, () => this.faults.skewMs());
    this.courier = new PartnerCourier(this.clock, this.faults);
    this.requests = new RequestJournal(simulator.tokenRoute);
  }

  get prefix(): string {
    return `/${this.id}`;
  }

  readonly publicUrl = (): string => `${this.baseUrl()}${this.prefix}`;

  onReceipt(handler: (body: unknown) => Promise<unknown>): void {
    this.receive = handler;
  }

  onConnector(connector: Connector): void {
    this.connector = connector;
  }

  onFaultAnswer(shape: (status: number) => FaultAnswer): void {
    this.#shape = shape;
  }

  onBalance(read: () => Balance): void {
    this.#readBalance = read;
  }

  onForget(forget: () => void): void {
    this.#forget = forget;
  }

  balance(): Balance {
    return this.#readBalance();
  }

  /** A fresh partner: no movement, no session, no pending callback, no fault, no count. */
  forget(): void {
    this.clock.cancelAll();
    this.courier.forget();
    this.books.forget();
    this.faults.replace([]);
    this.requests.forget();
    this.#forget();
  }

  async mount(scope: FastifyInstance): Promise<void> {
    const { prefix, faults, clock } = this;
    this.requests.watch(scope, prefix);
    injectAnswerFaults(scope, { prefix, faults, clock, shape: (status) => this.#shape(status) });
    await this.simulator.mount(scope, this);
  }

  close(): Promise<void> {
    this.clock.cancelAll();
    return this.courier.close();
  }
}
