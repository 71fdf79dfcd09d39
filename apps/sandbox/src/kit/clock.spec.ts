import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PartnerClock, SimulatedTime } from './clock.js';

const hourMs = 3_600_000;

describe('the simulated time', () => {
  let time: SimulatedTime;
  beforeEach(() => {
    time = new SimulatedTime();
  });
  afterEach(() => {
    time.stop();
  });

  it('runs what falls due on the way, in order, each at its own moment', () => {
    const start = time.nowMs();
    const ran: [name: string, hours: number][] = [];
    const note = (name: string) => () => ran.push([name, Math.round((time.nowMs() - start) / hourMs)]);
    time.after(3 * hourMs, note('third'));
    time.after(hourMs, () => {
      note('first')();
      time.after(hourMs, note('second, set by the first'));
    });
    time.after(9 * hourMs, note('too late'));
    time.moveTo(start + 5 * hourMs);
    expect(ran).toEqual([
      ['first', 1],
      ['second, set by the first', 2],
      ['third', 3],
    ]);
    expect(Math.round((time.nowMs() - start) / hourMs)).toBe(5);
  });

  it('goes back without running anything and keeps waits as long as they were', () => {
    const ran: string[] = [];
    time.moveTo(time.nowMs() + 2 * hourMs);
    time.after(hourMs, () => ran.push('due'));
    time.backToReal();
    time.moveTo(time.nowMs() + hourMs / 2);
    expect(ran).toEqual([]);
    time.moveTo(time.nowMs() + hourMs);
    expect(ran).toEqual(['due']);
  });

  it('fires by itself in real time', async () => {
    await new Promise<void>((resolve) => time.after(5, resolve));
    expect(time.nowMs()).toBeGreaterThan(0);
  });

  it("forgets one partner's timers and leaves the others'", () => {
    const ran: string[] = [];
    const one = new PartnerClock(time, () => 0);
    const other = new PartnerClock(time, () => 0);
    one.after(hourMs, () => ran.push('one'));
    other.after(hourMs, () => ran.push('other'));
    one.cancelAll();
    time.moveTo(time.nowMs() + 2 * hourMs);
    expect(ran).toEqual(['other']);
  });

  it('skews the date and the stamp, but only the date follows the control API', () => {
    const skewed = new PartnerClock(time, () => -hourMs);
    time.moveTo(time.nowMs() + 3 * hourMs);
    expect(Math.round((skewed.now().getTime() - Date.now()) / hourMs)).toBe(2);
    expect(Math.round((skewed.wallNow().getTime() - Date.now()) / hourMs)).toBe(-1);
  });
});
