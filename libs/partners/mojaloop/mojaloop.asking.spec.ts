import { describe, expect, it } from '@jest/globals';
import { NotReached } from '#partner-kit';
import { MemorySightings } from '#partner-kit/testing';
import { Asking } from './mojaloop.asking.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 21, 9, 0, second));

/** Sightings that are out of reach at times. */
class Shaky extends MemorySightings {
  isAway = false;

  override saw(what: string): Promise<void> {
    return this.isAway ? away() : super.saw(what);
  }

  override forget(what: string): Promise<void> {
    return this.isAway ? away() : super.forget(what);
  }
}
const away = (): Promise<never> => Promise.reject(new NotReached('away'));

describe('whether the scheme adapter asks, where that cannot be kept', () => {
  const stage = () => {
    const clock = { second: 0, now: () => at(clock.second) };
    const sightings = new Shaky(clock);
    const asking = new Asking(sightings);
    const seenAt = (second: number): Promise<void> => {
      clock.second = second;
      return asking.seen();
    };
    return { sightings, asking, seenAt };
  };

  it('stays what it was', async () => {
    const { sightings, asking, seenAt } = stage();
    await seenAt(1);
    sightings.isAway = true;
    await seenAt(3);
    expect(await asking.around(at(2))).toBe('not yet');
  });

  it('is believed no more once it has moved money without a yes, kept or not', async () => {
    const { sightings, asking, seenAt } = stage();
    await seenAt(1);
    sightings.isAway = true;
    asking.missed();
    expect(await asking.around(at(2))).toBe('never');
  });

  it('begins anew with the next question: what was before is forgotten first', async () => {
    const { sightings, asking, seenAt } = stage();
    await seenAt(1);
    sightings.isAway = true;
    asking.missed();
    await seenAt(3);
    sightings.isAway = false;
    await seenAt(4);
    await seenAt(6);
    expect(await asking.around(at(2))).toBe('never');
    expect(await asking.around(at(5))).toBe('yes');
  });
});
