/** Loaded before a program (`--import …/clock-shift.js?ms=600000`): its clock is off by so much. Timers are not. */
const shiftMs = Number(new URL(import.meta.url).searchParams.get('ms'));
if (!Number.isFinite(shiftMs)) throw new Error('say by how many milliseconds: clock-shift.js?ms=600000');

const RealDate = globalThis.Date;
const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});
