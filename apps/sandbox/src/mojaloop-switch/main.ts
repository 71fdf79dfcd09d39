import { startSwitch } from './switch.js';

const DELAY_MS = 5;

/** @throws naming the variable that is no whole number */
function wholeNumber(name: string, otherwise: number): number {
  const number = Number(process.env[name] ?? otherwise);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`${name} is no whole number`);
}

// A program of its own, so that what it costs is not counted among anybody else's.
const running = await startSwitch({
  port: wholeNumber('SWITCH_PORT', 4040),
  callbackUrl: process.env['SWITCH_CALLBACK_URL'] ?? 'http://127.0.0.1:4000',
  delayMs: wholeNumber('SWITCH_DELAY_MS', DELAY_MS),
});
process.once('SIGTERM', () => void running.close());
