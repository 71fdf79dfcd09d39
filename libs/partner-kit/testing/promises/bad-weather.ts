import { describe, expect } from '@jest/globals';
import { type Mover, moversOf, newStory } from '../movers.js';
import { type Contract, promise } from '../promise.js';
import { NOWHERE, orderOf } from '../stage.js';
import { type Story } from '../story.js';
import { ordersOf } from './movements.js';

/** What a partner does to us, and whether it has acted on the order by then. */
const AMBIGUITIES = [
  { fault: 'reset', acted: false, title: 'hangs up after reading the order' },
  { fault: 'reset-after-acting', acted: true, title: 'hangs up after carrying the order out' },
  { fault: 'timeout-before-acting', acted: false, title: 'never answers and does nothing' },
  { fault: 'timeout-after-acting', acted: true, title: 'never answers though it carries the order out' },
  { fault: 'error-5xx', acted: false, title: 'answers with a failure of its own' },
  {
    fault: 'error-5xx-after-acting',
    acted: true,
    title: 'answers with a failure after carrying the order out',
  },
  { fault: 'nonsense', acted: true, title: 'answers with a web page' },
] as const;
type Ambiguity = (typeof AMBIGUITIES)[number];

const IMPATIENCE_MS = 1_000;

/** No answer is not a no: the promises that keep money from moving twice. */
export function describeBadWeather(contract: Contract): void {
  for (const mover of moversOf(contract)) {
    describe(`a ${mover.kind} in bad weather`, () => {
      for (const ambiguity of AMBIGUITIES) describeAmbiguity(contract, mover, ambiguity);
      describeHurry(contract, mover);
      describeNotSent(contract, mover);
      describeTwice(contract, mover);
    });
  }
}

function describeAmbiguity(contract: Contract, mover: Mover, { fault, acted, title }: Ambiguity): void {
  const method = mover.asks ? 'confirm' : mover.verb;
  const settle = {
    file: 'adapter',
    advice: `let ${method}() go through settle(), 5xx and nonsense included`,
  } as const;
  promise(contract, `is unknown, not declined, when the partner ${title}`, settle, async () => {
    const { partner, mood } = contract.stage();
    const { story, before } = await warmStory(contract, mover);
    await story.approach();
    await partner.misbehave({ fault });
    if (fault.startsWith('timeout')) mood.patienceMs = IMPATIENCE_MS;
    expect(await story.move()).toMatchObject({ is: 'unknown' });
    mood.patienceMs = null;
    await partner.misbehave();
    await holdTruth(contract, mover, { story, before, acted });
  });
}

interface Storm {
  readonly story: Story;
  /** Movements in the partner's books before it. */
  readonly before: number;
  readonly acted: boolean;
}

/** After the storm: whatever we are told next agrees with the books, and repeating a safe order adds nothing. */
async function holdTruth(contract: Contract, mover: Mover, { story, before, acted }: Storm): Promise<void> {
  const { partner } = contract.stage();
  if (mover.resubmissionIsSafe(story.order)) await story.submit();
  else if (!acted) {
    if (mover.enquires) expect(['notFound', 'unknown', 'pending']).toContain((await story.ask()).is);
    expect(await partner.books()).toHaveLength(before);
    return;
  }
  expect(await story.end()).toMatchObject({ is: 'succeeded' });
  expect(await partner.books()).toHaveLength(before + 1);
}

/** The engine's lease on the operation ends: whatever the adapter waits for, it has to answer before. */
function describeHurry(contract: Contract, mover: Mover): void {
  const inTime = {
    file: 'client',
    advice: 'send everything through the http of the context, which knows how much time the call has left',
  } as const;
  promise(contract, 'is unknown in time, when the partner takes longer than a call may', inTime, async () => {
    const { partner } = contract.stage();
    const { story, before } = await warmStory(contract, mover);
    await partner.misbehave({ fault: 'timeout-before-acting' });
    const hurried = contract.stage().hurriedAdapter(IMPATIENCE_MS);
    expect(await mover.moves(hurried).submit(story.order)).toMatchObject({ is: 'unknown' });
    await partner.misbehave();
    expect(await partner.books()).toHaveLength(before);
  });
}

function describeNotSent(contract: Contract, mover: Mover): void {
  const notSent = {
    file: 'adapter',
    advice: 'what never reached the partner, or was not taken up, is notSent',
  } as const;
  promise(contract, 'is not sent when nobody answers the door', notSent, async () => {
    const order = orderOf(mover.kind, ordersOf(mover).paid);
    const away = contract.stage().adapterAt(NOWHERE);
    expect(await mover.moves(away).submit(order)).toMatchObject({ is: 'notSent' });
  });

  promise(contract, 'is not sent when the partner takes no more requests', notSent, async () => {
    const { partner } = contract.stage();
    const { story, before } = await warmStory(contract, mover);
    await partner.misbehave({ fault: 'throttled' });
    expect(await story.submit()).toMatchObject({ is: 'notSent' });
    expect(await partner.books()).toHaveLength(before);
  });
}

function describeTwice(contract: Contract, mover: Mover): void {
  const key = {
    file: 'adapter',
    advice: 'resubmissionIsSafe() only where the partner deduplicates on our reference',
  } as const;
  promise(contract, 'sent twice moves money once, where that is said to be safe', key, async () => {
    const story = newStory(contract, mover, ordersOf(mover).paid);
    if (!mover.resubmissionIsSafe(story.order)) return;
    await story.submit();
    await story.submit();
    expect(await story.end()).toMatchObject({ is: 'succeeded' });
    await story.submit();
    expect(await contract.stage().partner.books()).toHaveLength(1);
  });
}

/** An order not yet sent, over a connection and with a token that an earlier one has made. */
async function warmStory(contract: Contract, mover: Mover): Promise<Omit<Storm, 'acted'>> {
  const { paid } = ordersOf(mover);
  const earlier = newStory(contract, mover, paid);
  await earlier.submit();
  await earlier.end();
  const { length: before } = await contract.stage().partner.books();
  return { story: newStory(contract, mover, paid), before };
}
