import { describe, expect } from '@jest/globals';
import { type Callbacks, type Notice, type RawCallback } from '../../port/callback.js';
import { UnreadableCallback } from '../../port/errors.js';
import { plain } from '../journal.js';
import { type Mover, moversOf, newStory } from '../movers.js';
import { type Contract, given, promise } from '../promise.js';
import { sleep, type Story } from '../story.js';
import { addUnknownField } from '../wire.js';
import { ordersOf } from './movements.js';

/** What the partner told us of one order, kept so that each promise can look at it again. */
interface Evidence {
  readonly story: Story;
  readonly callbacks: readonly RawCallback[];
}

/** Callbacks that follow an end, such as the news of a receipt, come within this time. */
const AFTERWARDS_MS = 250;

/** What the partner sends us: told from forgeries, understood, matched. */
export function describeCallbacks(contract: Contract): void {
  const { callbacks } = contract.adapter;
  // What comes through the partner's own door is none of our orders.
  if (!callbacks || callbacks.strength === 'private_listener') return;
  describe('a callback', () => {
    const evidence = evidenceOf(contract);
    describeVerify(contract, callbacks, evidence);
    describeRead(contract, callbacks, evidence);
    describeBroken(contract, callbacks, evidence);
    describeEarly(contract, evidence);
  });
}

/** Runs one good order of each kind, once for all promises. */
function evidenceOf(contract: Contract): () => Promise<readonly Evidence[]> {
  let kept: readonly Evidence[] | undefined;
  return async () => {
    if (kept) return kept;
    const found: Evidence[] = [];
    for (const mover of moversOf(contract)) found.push(await collectEvidence(contract, mover));
    if (found.every(({ callbacks }) => callbacks.length === 0)) {
      throw new Error('the partner called back for no order at all');
    }
    return (kept = found);
  };
}

async function collectEvidence(contract: Contract, mover: Mover): Promise<Evidence> {
  const stage = contract.stage();
  await stage.reset();
  const story = newStory(contract, mover, ordersOf(mover).paid);
  await story.submit();
  await story.end();
  await sleep(AFTERWARDS_MS);
  return { story, callbacks: [...stage.partner.callbacks] };
}

type Gather = () => Promise<readonly Evidence[]>;
const callbacksIn = async (gather: Gather) => (await gather()).flatMap(({ callbacks }) => callbacks);

function describeVerify(contract: Contract, callbacks: Callbacks, gather: Gather): void {
  const { strength } = callbacks;
  const hint = { file: 'callbacks', advice: 'let verify() check the proof over the raw body' } as const;
  promise(contract, 'of the partner’s is taken for its own', hint, async () => {
    for (const callback of await callbacksIn(gather))
      expect(callbacks.verify(callback)).toEqual({ is: 'authentic' });
  });

  if (strength !== 'signature' && strength !== 'shared_secret') return;
  promise(contract, 'without its proof is forged', hint, async () => {
    for (const callback of await callbacksIn(gather)) {
      const bare = { ...callback, headers: { 'content-type': 'application/json' } };
      expect(callbacks.verify(bare)).toMatchObject({ is: 'forged' });
    }
  });

  if (strength !== 'signature') return;
  promise(contract, 'with a changed body is forged', hint, async () => {
    for (const callback of await callbacksIn(gather)) {
      const changed = { ...callback, body: Buffer.concat([callback.body, Buffer.from(' ')]) };
      expect(callbacks.verify(changed)).toMatchObject({ is: 'forged' });
    }
  });
}

function describeRead(contract: Contract, callbacks: Callbacks, gather: Gather): void {
  const hint = {
    file: 'callbacks',
    advice: 'let read() give a notice with our id or the partner’s',
  } as const;
  promise(contract, 'tells of the right order and of the right amount', hint, async () => {
    for (const { story, callbacks: caught } of await gather()) {
      const notices = caught.flatMap((callback) => callbacks.read(callback));
      if (caught.length > 0) expect(notices.some((notice) => story.concerns(notice))).toBe(true);
      for (const notice of notices.filter((one) => story.concerns(one))) holdAmount(notice, story);
    }
  });

  promise(contract, 'read twice says the same', hint, async () => {
    for (const callback of await callbacksIn(gather)) {
      expect(written(callbacks.read(callback))).toBe(written(callbacks.read(callback)));
    }
  });

  const tolerate = {
    file: 'callbacks',
    advice: 'let the schemas of callbacks ignore fields they do not know',
  } as const;
  promise(contract, 'may have fields that nobody has heard of', tolerate, async () => {
    for (const callback of await callbacksIn(gather)) {
      const more = { ...callback, body: Buffer.from(addUnknownField(callback.body.toString())) };
      expect(written(callbacks.read(more))).toBe(written(callbacks.read(callback)));
    }
  });

  const answer = {
    file: 'callbacks',
    advice: 'let answer() say what the partner wants to read in a 2xx',
  } as const;
  promise(contract, 'is acknowledged', answer, async () => {
    for (const callback of await callbacksIn(gather)) {
      const { status } = callbacks.answer(callback);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(300);
    }
  });
}

function holdAmount(notice: Notice, { order, last }: Story): void {
  if (notice.is === 'receipt') expect(notice.amount).toEqual(order.amount);
  if (notice.is !== 'outcome') return;
  if (notice.amount) expect(notice.amount).toEqual(order.amount);
  if (last?.is === 'succeeded') expect(notice.outcome.is).not.toBe('declined');
}

const written = (notices: readonly Notice[]): string => JSON.stringify(notices, plain);

function describeBroken(contract: Contract, callbacks: Callbacks, gather: Gather): void {
  const hint = { file: 'callbacks', advice: 'let read() go through readCallbackBody()' } as const;
  promise(contract, 'that is cut off or is no JSON is unreadable', hint, async () => {
    const caught = await callbacksIn(gather);
    given(caught[0], 'a callback');
    for (const callback of caught) {
      const half = callback.body.subarray(0, callback.body.length / 2);
      for (const body of [half, Buffer.from('<html></html>'), Buffer.from('{}'), Buffer.alloc(0)]) {
        expect(() => callbacks.read({ ...callback, body })).toThrow(UnreadableCallback);
      }
    }
  });

  const calm = { file: 'callbacks', advice: 'verify() and answer() never throw, whatever comes' } as const;
  promise(contract, 'of any kind gets a verdict and an answer', calm, async () => {
    for (const callback of await callbacksIn(gather)) {
      for (const body of [
        Buffer.alloc(0),
        Buffer.from([0xff, 0x00]),
        Buffer.from('{"a":'),
        Buffer.from('[]'),
      ]) {
        const strange = { ...callback, headers: {}, path: 'nowhere/at/all', body, source: '' };
        expect(typeof callbacks.verify(strange).is).toBe('string');
        expect(typeof callbacks.answer(strange).body).toBe('string');
      }
    }
  });
}

function describeEarly(contract: Contract, gather: Gather): void {
  const hint = {
    file: 'callbacks',
    advice: 'let notices name the order by our id: they may come first',
  } as const;
  for (const mover of moversOf(contract)) {
    promise(contract, `may overtake the answer to its own ${mover.kind}`, hint, async () => {
      const callsBack = (await gather()).some(
        ({ story, callbacks }) => story.order.kind === mover.kind && callbacks.length > 0,
      );
      if (!callsBack) return;
      const stage = contract.stage();
      await stage.reset();
      await stage.partner.misbehave({ fault: 'callback-early', count: 1 });
      const story = newStory(contract, mover, ordersOf(mover).paid);
      await story.submit();
      expect(stage.news().some(({ notice }) => story.concerns(notice))).toBe(true);
      expect(await story.end()).toMatchObject({ is: 'succeeded' });
    });
  }
}
