import assert from 'node:assert/strict';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDED } from '../../support/gateway-client.js';
import { type Bringer } from '../scenarios/incoming.js';
import { SCHEME, SWITCH } from '../settings.js';
import { type Answered, type Order, type World } from '../world.js';

interface OrderWish {
  readonly is: 'pay' | 'transfer';
  readonly partner: Order['partner'];
  readonly value: string;
  /** Undefined: a number like any other, that pays and is paid. */
  readonly msisdn: string | undefined;
  readonly copies: number;
  /** What the client says where the partner asks; undefined: nobody wants to look. */
  readonly says: Saying | undefined;
}

/** Yes to everything; no to the party, or to the price; or nothing, until the offer has run out. */
type Saying = 'yes' | 'no to party' | 'no to quote' | 'nothing';

/** Somebody at another institution pays a customer of ours. */
interface BringWish {
  readonly is: 'bring';
  readonly by: Bringer;
  readonly plan: string;
  readonly payee: string;
  readonly amount: string;
}

/** What a client asks for next. `of` points at something asked for before. */
export type Wish =
  | OrderWish
  | BringWish
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
  // Refused at the party, at the price, at the end; told late, told wrongly, never told.
  'mojaloop-sn': {
    pay: [],
    transfer: ['02', '03', '11', '15', '17', '21', '31', '32', '36', '37', '40', '43'].map(
      (last) => `+2217600000${last}`,
    ),
  },
  'mojaloop-fspiop-sn': {
    pay: [],
    transfer: ['02', '03', '05', '11', '14', '15', '16', '17', '21', '31', '36', '37', '38', '39'].map(
      (last) => `+2217600000${last}`,
    ),
  },
};

/** Who asks for a yes before it moves money. */
export const asksFirst = (partner: Order['partner']): boolean => partner === SCHEME || partner === SWITCH;

/** So long a client stays with its transfer and answers questions about it. */
const ANSWERS_FOR_MS = 3_000;
const PAUSE_MS = 50;

/** What may be answered; 0: nothing, by an api that is away. An order is repeated until it is taken in. */
const ANSWERS = {
  order: [202],
  cancel: [0, 200, 409, 503],
  confirm: [0, 200, 202, 409, 503],
  giveBack: [0, 202, 409, 422, 503],
} as const;

/** Nobody waits long for the answer to what may not be possible. */
const HASTY = { patienceMs: 5_000 };

const MOST_WISHES = 10_000;
const of = fc.nat({ max: MOST_WISHES });

/** What can be asked for, and of whom. */
export const ASKED = [
  ['pay', 'wave-sn'],
  ['pay', 'mpesa-ke'],
  ['transfer', 'wave-sn'],
  ['transfer', 'mpesa-ke'],
  ['transfer', 'mojaloop-sn'],
  ['transfer', 'mojaloop-fspiop-sn'],
] as const satisfies readonly (readonly ['pay' | 'transfer', Order['partner']])[];

const PLANS = {
  [SCHEME]: [
    'lookup-only',
    'quote-only',
    'unquoted',
    'other-amount',
    'repeated',
    'repeated-at-once',
    'modified-repeat',
    'answered-late',
    'expired',
    'abort-notified',
    'committed-anyway',
    'error-notified',
    'record-lost',
    'asked-back',
  ],
  [SWITCH]: [
    'lookup-only',
    'quote-only',
    'other-amount',
    'another-packet',
    'another-payer',
    'forged',
    'unsigned',
    'sent-late',
    'repeated',
    'modified-repeat',
    'answered-late',
    'aborted',
    'aborted-silently',
    'untold',
    'told-by-payer',
  ],
} as const satisfies Record<Bringer, readonly string[]>;

const order = fc
  .record({
    asked: fc.constantFrom(...ASKED),
    value: fc.integer({ min: 10, max: 2_000 }).map(String),
    copies: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(4) }),
    magic: fc.option(fc.nat(), { freq: 2 }),
    says: fc.option(fc.constantFrom<Saying>('yes', 'yes', 'no to party', 'no to quote', 'nothing'), {
      freq: 2,
      nil: undefined,
    }),
  })
  .map(({ magic, asked: [is, partner], says, ...rest }) => {
    const numbers = MAGIC[partner][is];
    return {
      ...{ ...rest, is, partner },
      msisdn: magic === null ? undefined : numbers[magic % numbers.length],
      says: asksFirst(partner) ? says : undefined,
    };
  });

/** Looked up, refused, credited with a fee, kept, taken back; told once, twice, vaguely, not at all. */
const bring: fc.Arbitrary<BringWish> = fc
  .record({
    by: fc.constantFrom(SCHEME, SWITCH),
    plan: fc.option(fc.nat(), { freq: 2 }),
    number: fc.integer({ min: 10_000, max: 99_999 }),
    ending: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 60, max: 99 }).map(String) },
      { weight: 1, arbitrary: fc.constantFrom('02', '03', '11', '12', '12', '14', '21', '25', '31', '32') },
    ),
    amount: fc.integer({ min: 500, max: 90_000 }).map(String),
  })
  .map(({ by, plan, number, ending, amount }) => ({
    is: 'bring',
    by,
    plan: (plan === null ? undefined : PLANS[by][plan % PLANS[by].length]) ?? 'plain',
    payee: `22176${number}${ending}`,
    amount,
  }));

export const anyWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 12, arbitrary: order },
  { weight: 2, arbitrary: bring },
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
  readonly body: { readonly amount: { readonly currency: string } };
}

/** Clients that ask for one thing after the other and remember what they asked for. */
export class Traffic {
  private readonly asked: Asked[] = [];
  private answers = 0;

  constructor(private readonly world: World) {}

  get count(): number {
    return this.answers;
  }

  /** @throws where the answer is none that may ever be given to it */
  async fulfil(wish: Wish): Promise<void> {
    if ('copies' in wish) return this.ask(wish);
    if (wish.is === 'bring') return this.bring(wish);
    const before = this.asked[wish.of % Math.max(this.asked.length, 1)];
    if (!before) return;
    const { recorder } = this.world;
    switch (wish.is) {
      case 'repeat':
        this.take('order', await recorder.send(before.path, before.body, { key: before.key }));
        return;
      case 'cancel':
        this.take('cancel', await recorder.cancel(before.id));
        return;
      case 'giveBack': {
        const value = String(Math.max(1, Math.floor(Number(before.value) * wish.share)));
        const { currency } = before.body.amount;
        const path = `/v1/operations/${before.id}/reversals`;
        this.take('giveBack', await recorder.send(path, { amount: { value, currency } }, HASTY));
        return;
      }
    }
  }

  /** The same request, as often as its sender thinks that it was lost. */
  private async ask({ is, partner, value, msisdn, copies, says }: OrderWish): Promise<void> {
    const { recorder } = this.world;
    const wanted = {
      ...{ partner, value },
      ...(msisdn === undefined ? {} : { msisdn }),
      ...(says === undefined ? {} : { confirmation: 'manual' as const }),
    };
    const first = is === 'pay' ? await recorder.pay(wanted) : await recorder.transfer(wanted);
    this.take('order', first);
    const sent = this.sentOf(first);
    this.asked.push({ ...sent, value });
    const copy = async (): Promise<void> => {
      this.take('order', await recorder.send(sent.path, sent.body, { key: sent.key }));
    };
    await Promise.all(Array.from({ length: copies - 1 }, copy));
    if (says !== undefined) await this.answer(sent.id, says);
  }

  private async bring({ by, plan, payee, amount }: BringWish): Promise<void> {
    const paid = { payee: { idType: 'MSISDN', idValue: payee }, amount, plan };
    await this.world.stack.sandbox.payUnasked(by, paid);
    this.answers += 1;
  }

  /** Says what it has to say to each question that comes in time. What comes later is left to run out. */
  private async answer(id: string, says: Saying): Promise<void> {
    if (says === 'nothing') return;
    const { recorder, stack } = this.world;
    for (let leftMs = ANSWERS_FOR_MS; leftMs > 0; leftMs -= PAUSE_MS) {
      await sleep(PAUSE_MS);
      // An api that is away is no reason to stop.
      const operation = await stack.client.operation(id).catch(() => undefined);
      if (operation && ENDED.has(operation.state)) return;
      const step = operation?.nextAction && 'step' in operation.nextAction ? operation.nextAction.step : null;
      if (step !== 'party' && step !== 'quote') continue;
      const isNo = says === `no to ${step}`;
      if (isNo) this.take('cancel', await recorder.cancel(id));
      else this.take('confirm', await recorder.confirm(id, step));
      if (isNo) return;
    }
  }

  private take(wished: keyof typeof ANSWERS, { status, body }: Answered): void {
    this.answers += 1;
    const answers: readonly number[] = ANSWERS[wished];
    assert.ok(answers.includes(status), `${wished} was answered ${status}: ${JSON.stringify(body)}`);
  }

  private sentOf({ operation, key }: Answered): Omit<Asked, 'value'> {
    const known = this.world.recorder.acknowledged.findLast(
      (one) => one.what === 'operation' && one.operationId === operation?.id,
    );
    assert.ok(operation && known?.what === 'operation', 'what was accepted is an operation');
    return { id: operation.id, key, path: known.path, body: known.sent as Asked['body'] };
  }
}
