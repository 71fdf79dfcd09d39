import fc from 'fast-check';
import { type Answered, type Order, type World } from '../world.js';

interface OrderWish {
  readonly is: 'pay' | 'transfer';
  readonly partner: Order['partner'];
  readonly value: string;
  /** Undefined: a number like any other, that pays and is paid. */
  readonly msisdn: string | undefined;
  readonly copies: number;
}

/** What a client asks for next. `of` points at something asked for before. */
export type Wish =
  | OrderWish
  | { readonly is: 'repeat' | 'cancel'; readonly of: number }
  | { readonly is: 'giveBack'; readonly of: number; readonly share: number };

/** Numbers by which the sandbox refuses, pays and keeps silent, pays twice told, pays after it timed out, … */
const MAGIC: Readonly<Record<Order['partner'], Readonly<Record<'pay' | 'transfer', readonly string[]>>>> = {
  'wave-sn': {
    pay: [],
    transfer: ['02', '03', '05', '07', '08', '09', '10', '11'].map((last) => `+2217700000${last}`),
  },
  'mpesa-ke': {
    pay: ['01', '12', '43', '44', '45', '46', '49', '52', '53', '54', '55', '58'].map(
      (last) => `+2547000001${last}`,
    ),
    transfer: ['01', '08', '52', '53', '54', '55', '56', '57', '59', '63', '64'].map(
      (last) => `+2547000002${last}`,
    ),
  },
};

const MOST_WISHES = 10_000;
const of = fc.nat({ max: MOST_WISHES });

const order = fc
  .record({
    is: fc.constantFrom('pay' as const, 'transfer' as const),
    partner: fc.constantFrom<Order['partner']>('wave-sn', 'mpesa-ke'),
    value: fc.integer({ min: 10, max: 2_000 }).map(String),
    copies: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(4) }),
    magic: fc.option(fc.nat(), { freq: 2 }),
  })
  .map(({ magic, ...asked }) => {
    const numbers = MAGIC[asked.partner][asked.is];
    return { ...asked, msisdn: magic === null ? undefined : numbers[magic % numbers.length] };
  });

export const anyWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 12, arbitrary: order },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('repeat' as const), of }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('cancel' as const), of }) },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('giveBack' as const),
      of,
      share: fc.constantFrom(0.25, 0.5, 1, 1.5),
    }),
  },
);

/** Asked for and taken in. */
interface Asked {
  readonly id: string;
  readonly value: string;
  readonly key: string;
  readonly path: string;
  readonly body: object;
}

/** Clients that ask for one thing after the other and remember what they asked for. */
export class Traffic {
  private readonly asked: Asked[] = [];
  private answers = 0;

  constructor(private readonly world: World) {}

  get count(): number {
    return this.answers;
  }

  async fulfil(wish: Wish): Promise<void> {
    if ('copies' in wish) return this.ask(wish);
    const before = this.asked[wish.of % Math.max(this.asked.length, 1)];
    if (!before) return;
    const { recorder, stack } = this.world;
    switch (wish.is) {
      case 'repeat':
        await recorder.send(before.path, before.body, { key: before.key });
        break;
      case 'cancel':
        // An api that is away is no reason to stop.
        await stack.client.post(`/v1/operations/${before.id}/cancel`, {}).catch(() => undefined);
        break;
      case 'giveBack': {
        const amount = String(Math.max(1, Math.floor(Number(before.value) * wish.share)));
        await recorder.reverse(before.id, amount, { patienceMs: 5_000 }).catch(() => undefined);
        break;
      }
    }
    this.answers += 1;
  }

  /** The same request, as often as its sender thinks that it was lost. */
  private async ask({
    is,
    partner,
    value,
    msisdn,
    copies,
  }: Extract<Wish, { copies: number }>): Promise<void> {
    const { recorder } = this.world;
    const wanted = { partner, value, ...(msisdn === undefined ? {} : { msisdn }) };
    const first = is === 'pay' ? await recorder.pay(wanted) : await recorder.transfer(wanted);
    this.answers += 1;
    const sent = this.sentOf(first);
    if (!sent) return;
    this.asked.push({ ...sent, value });
    await Promise.all(
      Array.from({ length: copies - 1 }, () => recorder.send(sent.path, sent.body, { key: sent.key })),
    );
  }

  private sentOf({ operation, key }: Answered): Omit<Asked, 'value'> | undefined {
    if (!operation) return undefined;
    const known = this.world.recorder.acknowledged.findLast(
      (one) => one.what === 'operation' && one.operationId === operation.id,
    );
    return known?.what === 'operation'
      ? { id: operation.id, key, path: known.path, body: known.sent }
      : undefined;
  }
}
