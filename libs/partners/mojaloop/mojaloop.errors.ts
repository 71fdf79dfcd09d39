import { cut, type PartnerWord } from '#domain';
import { wordOf as toWord } from '../fspiop/errors.js';
import { type MojaloopAnswer } from './mojaloop.wire.js';

/** Who spoke last: the switch or the other institution, else the scheme adapter. */
export function wordOf({ status, statusCode, message, transfer }: MojaloopAnswer): PartnerWord {
  const code = transfer?.error?.errorCode ?? statusCode ?? String(status);
  return toWord(code, transfer?.error?.errorDescription ?? message ?? `HTTP ${status}`);
}

/** For our own log: a status and a code, and nothing of the message. */
export const says = (answer: MojaloopAnswer): string =>
  cut(`the scheme adapter answered ${answer.status} ${wordOf(answer).code}`, 80);
