import { newId, type OperationKind } from '#domain';
import { type PartnerAdapter } from '../port/adapter.js';
import { type Notice, type RawCallback } from '../port/callback.js';
import { type Order } from '../port/order.js';
import { PartnerRegistry } from '../registry/registry.js';
import { type OrderDraft, type PartnerSetUp } from './contract.js';
import { Journal } from './journal.js';
import { MemorySightings } from './memory-sightings.js';
import { MemoryTokens } from './memory-tokens.js';
import { type PartnerUnderTest } from './partner-under-test.js';
import { moodyWire, type WireMood } from './wire.js';

/** An address where nobody listens: the discard port. */
export const NOWHERE = 'http://127.0.0.1:9';
const PARTNER_ID = 'under-contract';

export interface News {
  readonly callback: RawCallback;
  readonly notice: Notice;
}

/** One adapter, configured as the gateway would, towards its running simulator. */
export class Stage {
  readonly journal = new Journal();
  readonly mood: WireMood = { patienceMs: null, addsFields: false };
  readonly #tokens = new MemoryTokens();
  readonly #registries: PartnerRegistry[] = [];
  readonly adapter: PartnerAdapter;

  private constructor(
    private readonly setUp: PartnerSetUp,
    readonly partner: PartnerUnderTest,
  ) {
    this.adapter = this.adapterAt(partner.baseUrl, this.#tokens);
    const { callbacks } = this.adapter;
    if (callbacks) partner.answerCallbacks((callback) => callbacks.answer(callback));
  }

  static async open(setUp: PartnerSetUp): Promise<Stage> {
    const partner = await setUp.start();
    try {
      return new Stage(setUp, partner);
    } catch (error) {
      await partner.close();
      throw error;
    }
  }

  /** The same adapter with the same tokens, whose every call has so little time. */
  hurriedAdapter(callTimeoutMs: number): PartnerAdapter {
    return this.adapterAt(this.partner.baseUrl, this.#tokens, { callTimeoutMs });
  }

  /** The same adapter, towards another address and with tokens of its own. */
  adapterAt(
    baseUrl: string,
    tokens = new MemoryTokens(),
    options: Pick<Surroundings, 'callTimeoutMs'> = {},
  ): PartnerAdapter {
    const registry = buildRegistry(this.setUp, baseUrl, {
      ...options,
      publicUrl: this.partner.publicUrl,
      callbackKey: this.partner.callbackKey,
      log: this.journal.log,
      tokens: () => tokens,
      createHttp: moodyWire(this.mood),
    });
    this.#registries.push(registry);
    return registry.get(PARTNER_ID).adapter;
  }

  /** A fresh, well-behaved partner. */
  async reset(): Promise<void> {
    Object.assign(this.mood, { patienceMs: null, addsFields: false } satisfies WireMood);
    await this.partner.forget();
  }

  /** All that the partner has told us by itself, oldest first. */
  news(): News[] {
    const { callbacks } = this.adapter;
    if (!callbacks) return [];
    return this.partner.callbacks
      .filter((callback) => callbacks.verify(callback).is !== 'forged')
      .flatMap((callback) => callbacks.read(callback).map((notice) => ({ callback, notice })));
  }

  async close(): Promise<void> {
    await Promise.all(this.#registries.map((registry) => registry.close()));
    await this.partner.close();
  }
}

const clock = { now: () => new Date() };

type Surroundings = Partial<Omit<Parameters<typeof PartnerRegistry.build>[0], 'definitions' | 'partners'>> & {
  readonly callbackKey?: string;
};

function buildRegistry(setUp: PartnerSetUp, baseUrl: string, surroundings: Surroundings): PartnerRegistry {
  const { callbackKey = '0000000000000000', ...options } = surroundings;
  const { definition } = setUp;
  const partner = { id: PARTNER_ID, adapter: definition.name, enabled: true, callbackKey };
  return PartnerRegistry.build({
    clock,
    tokens: () => new MemoryTokens(),
    sightings: () => new MemorySightings(clock),
    publicUrl: NOWHERE,
    ...options,
    definitions: [definition],
    partners: [{ ...partner, ...setUp.configure(baseUrl) }],
  });
}

/** The adapter as it is without a partner: what it says that it can do. */
export const adapterNowhere = (setUp: PartnerSetUp): PartnerAdapter =>
  buildRegistry(setUp, NOWHERE, {}).get(PARTNER_ID).adapter;

/** A new order of that content. */
export const orderOf = (kind: OperationKind, draft: OrderDraft): Order => ({
  payer: null,
  payee: null,
  reference: null,
  description: null,
  method: null,
  returnUrls: null,
  ...draft,
  id: newId(new Date()),
  kind,
  isRepeat: false,
});
