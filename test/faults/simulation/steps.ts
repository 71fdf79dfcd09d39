import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { ENDED } from '../../support/gateway-client.js';
import { type Answered, type Order, type World } from '../world.js';
import { ASKED, asksFirst } from './traffic.js';
import { type Expected, type Fate, type Model, owedBack, wrongStep } from './model.js';
import { anyWeather, happen, type Weather } from './weather.js';

export type Step = fc.AsyncCommand<Model, World>;
type Wanted = Pick<Order, 'partner' | 'value'> & {
  readonly is: 'pay' | 'transfer';
  readonly fate: Fate;
  readonly isAsked: boolean;
};

const ACCEPTED = 202;
const REFUSED_STATUS = 422;
/** So long an operation without questions is waited for: in good weather it ends by then. */
const A_WHILE_MS = 3_000;
const PAUSE_MS = 50;

/** Numbers that the sandbox refuses without a second thought. */
const REFUSED: Readonly<Record<Order['partner'], Readonly<Partial<Record<Wanted['is'], string>>>>> = {
  'wave-sn': { transfer: '+221770000003' },
  'mpesa-ke': { pay: '+254700000112', transfer: '+254700000208' },
  'mojaloop-sn': { transfer: '+221760000021' },
  'mojaloop-fspiop-sn': { transfer: '+221760000021' },
};

const nth = ({ operations }: Model, n: number): Expected | undefined =>
  operations[n % Math.max(operations.length, 1)];

/** Something new is asked for. */
class Ask implements Step {
  constructor(private readonly wanted: Wanted) {}

  check = (): boolean => true;

  async run(model: Model, { recorder }: World): Promise<void> {
    const { is, partner, value, fate, isAsked } = this.wanted;
    const msisdn = fate === 'is refused' ? REFUSED[partner][is] : undefined;
    const order = {
      ...{ partner, value },
      ...(msisdn === undefined ? {} : { msisdn }),
      ...(isAsked ? { confirmation: 'manual' as const } : {}),
    };
    const answer = is === 'pay' ? await recorder.pay(order) : await recorder.transfer(order);
    assert.equal(answer.status, ACCEPTED, JSON.stringify(answer.body));
    const sent = recorder.acknowledged.findLast(
      (one) => one.what === 'operation' && one.operationId === answer.operation?.id,
    );
    assert.ok(sent?.what === 'operation');
    model.operations.push({
      ...{ id: sent.operationId, path: sent.path, key: sent.key, body: { ...sent.sent } },
      kind: is === 'pay' ? 'payment' : 'transfer',
      amount: Number(value),
      fate: msisdn === undefined ? 'moves' : 'is refused',
      ...{
        seen: ['received'],
        mayBeCancelled: false,
        isCancelled: false,
        givenBack: new Map(),
        isAsked,
        mayMove: !isAsked,
      },
    });
  }

  toString = (): string => `ask(${JSON.stringify(this.wanted)})`;
}

/** The same request again is the same operation; another one under its key is none. */
class Repeat implements Step {
  constructor(
    private readonly n: number,
    private readonly otherwise: boolean,
  ) {}

  check = ({ operations }: Readonly<Model>): boolean => operations.length > 0;

  async run(model: Model, { recorder }: World): Promise<void> {
    const before = nth(model, this.n);
    assert.ok(before);
    const { path, body, key, id, amount } = before;
    if (!this.otherwise) {
      const again = await recorder.send(path, body, { key });
      assert.equal(again.operation?.id, id, `${path} again was answered ${again.status}`);
      return;
    }
    const other = { ...(body['amount'] as object), value: String(amount + 1) };
    const refused = await recorder.send(path, { ...body, amount: other }, { key });
    assert.equal(refused.status, 422, 'another request under a used key');
  }

  toString = (): string => `repeat(${this.n}${this.otherwise ? ', otherwise' : ''})`;
}

/** Looks at one of them: it went on from where it was seen last, by legal steps. */
class Look implements Step {
  constructor(private readonly n: number) {}

  check = ({ operations }: Readonly<Model>): boolean => operations.length > 0;

  async run(model: Model, world: World): Promise<void> {
    const one = nth(model, this.n);
    assert.ok(one);
    await look(one, world);
  }

  toString = (): string => `look(${this.n})`;
}

export class Cancel implements Step {
  constructor(private readonly n: number) {}

  check = ({ operations }: Readonly<Model>): boolean => operations.length > 0;

  async run(model: Model, { recorder }: World): Promise<void> {
    const one = nth(model, this.n);
    assert.ok(one);
    const { status, operation } = await recorder.cancel(one.id);
    // Not answered, with status 0: it may have been heard.
    if (status < 300 || status >= 500) one.mayBeCancelled = true;
    if (operation?.state === 'cancelled') one.isCancelled = true;
  }

  toString = (): string => `cancel(${this.n})`;
}

/** Yes to what the partner asks at the moment, if it asks. */
class Confirm implements Step {
  constructor(private readonly n: number) {}

  check = ({ operations }: Readonly<Model>): boolean => operations.some(({ isAsked }) => isAsked);

  async run({ operations }: Model, { recorder, stack: { client } }: World): Promise<void> {
    const asked = operations.filter(({ isAsked }) => isAsked);
    const one = asked[this.n % asked.length];
    assert.ok(one);
    const { nextAction } = await client.operation(one.id);
    const step = nextAction && 'step' in nextAction ? nextAction.step : null;
    if (typeof step !== 'string') return;
    // Before the answer: not answered, it may have been heard.
    if (step === 'quote') one.mayMove = true;
    await recorder.confirm(one.id, step);
  }

  toString = (): string => `confirm(${this.n})`;
}

/** Never more than was paid, and only of what was; a payment as a whole, once, and then for certain. */
class GiveBack implements Step {
  constructor(
    private readonly n: number,
    private readonly share: number,
    private readonly isPatient: boolean,
  ) {}

  check = ({ operations }: Readonly<Model>): boolean => operations.some(({ kind }) => kind === 'payment');

  async run(model: Model, world: World): Promise<void> {
    const one = nth(model, this.n);
    assert.ok(one);
    if (this.isPatient) await awaitEnd(one, world);
    await look(one, world);
    const isPaid = one.kind === 'payment' && one.seen.at(-1) === 'succeeded';
    const isFree = one.givenBack.size === 0;
    const amount = Math.max(1, Math.floor(one.amount * this.share));
    const answer: Answered = await world.recorder.send(`/v1/operations/${one.id}/reversals`, {
      amount: { ...(one.body['amount'] as object), value: String(amount) },
    });
    const isWhole = amount === one.amount;
    if (!model.isDisturbed && isPaid && isFree)
      assert.equal(answer.status, isWhole ? ACCEPTED : REFUSED_STATUS, `${this.toString()} of ${one.id}`);
    if (answer.status !== ACCEPTED) return;
    await look(one, world);
    assert.ok(one.seen.includes('succeeded'), `${one.id} is given back, but was ${one.seen.join(' ')}`);
    assert.ok(answer.operation);
    one.givenBack.set(answer.operation.id, amount);
    await assertNotTooMuch(one, world);
  }

  toString = (): string => `giveBack(${this.n}, ${this.share}${this.isPatient ? ', at its end' : ''})`;
}

export class Disturb implements Step {
  constructor(readonly weather: Weather) {}

  check = (): boolean => true;

  async run(model: Model, world: World): Promise<void> {
    model.isDisturbed = true;
    await happen(world, this.weather);
    // What comes next is asked of a gateway that answers, though partners and wires may still misbehave.
    if (this.weather.is !== 'partner' && this.weather.is !== 'wire') await world.heal();
  }

  toString = (): string => `disturb(${JSON.stringify(this.weather)})`;
}

/** Waits for its end, unless it is none that comes by itself, or soon. */
async function awaitEnd({ id, isAsked }: Expected, { stack: { client } }: World): Promise<void> {
  if (isAsked) return;
  const end = performance.now() + A_WHILE_MS;
  while (!ENDED.has((await client.operation(id)).state) && performance.now() < end) await sleep(PAUSE_MS);
}

/** It went on from where it was seen last, by legal steps. */
export async function look(one: Expected, { stack }: World): Promise<void> {
  const { rows } = await stack.database.query<{ to_state: string }>(
    'SELECT to_state FROM transitions WHERE operation_id = $1 ORDER BY sequence',
    [one.id],
  );
  const now = rows.map(({ to_state }) => to_state);
  assert.equal(wrongStep(one.seen, now), undefined, `${one.kind} ${one.id}`);
  one.seen = now;
}

const IN_VAIN = `SELECT id FROM operations
  WHERE id = ANY ($1::uuid[]) AND state IN ('failed', 'cancelled', 'expired') AND failure->>'moneyMoved' = 'no'`;

/** Never more is accepted to be given back than was paid; only a reversal that has failed for certain gives its share free. */
export async function assertNotTooMuch(one: Expected, { stack }: World): Promise<void> {
  const { rows } = await stack.database.query<{ id: string }>(IN_VAIN, [[...one.givenBack.keys()]]);
  const back = owedBack(one, new Set(rows.map(({ id }) => id)));
  assert.ok(back <= one.amount, `of ${one.amount} of ${one.id}, ${back} is given back`);
}

const NOT_GIVEN_BACK = `SELECT id, state, failure FROM operations WHERE id = ANY ($1::uuid[]) AND state <> 'succeeded'`;

/** In good weather a partner that takes a payment back does so: what was accepted is carried out. */
export async function assertGivenBack({ id, givenBack }: Expected, { stack }: World): Promise<void> {
  const { rows } = await stack.database.query(NOT_GIVEN_BACK, [[...givenBack.keys()]]);
  assert.deepEqual(rows, [], `of ${id} not everything was given back that was to be`);
}

const n = fc.nat({ max: 1_000 });
export const ask: fc.Arbitrary<Step> = fc
  .record({
    asked: fc.constantFrom(...ASKED),
    isAsked: fc.boolean(),
    value: fc.integer({ min: 10, max: 900 }).map(String),
    fate: fc.constantFrom<Fate>('moves', 'moves', 'moves', 'is refused'),
  })
  .map(({ asked: [is, partner], isAsked, ...rest }) => {
    return new Ask({ ...rest, is, partner, isAsked: isAsked && asksFirst(partner) });
  });

export const disturbance: fc.Arbitrary<Step> = anyWeather.map((weather) => new Disturb(weather));

/** What may be asked for and looked at; and, in bad weather, anything that goes wrong between. */
export function steps(badWeather: boolean): readonly fc.Arbitrary<Step>[] {
  const own: readonly fc.Arbitrary<Step>[] = [
    ask,
    ask,
    ask,
    fc.tuple(n, fc.boolean()).map(([of, otherwise]) => new Repeat(of, otherwise)),
    n.map((of) => new Look(of)),
    n.map((of) => new Cancel(of)),
    n.map((of) => new Confirm(of)),
    n.map((of) => new Confirm(of)),
    fc
      .tuple(n, fc.constantFrom(0.5, 1, 1, 1.5), fc.boolean())
      .map(([of, share, isPatient]) => new GiveBack(of, share, isPatient)),
  ];
  return badWeather ? [...own, disturbance] : own;
}
