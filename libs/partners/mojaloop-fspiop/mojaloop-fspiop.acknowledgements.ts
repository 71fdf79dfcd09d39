import { type EnquiryOutcome, NoAnswer, NotReached, type Outcome, type Reply } from '#partner-kit';
import { isRefusal, NOT_OFFERED, reasonOf, wordOf } from '../fspiop/errors.js';
import { readRefusal } from './mojaloop-fspiop.wire.js';

/** Not taken up: so soon may it be tried again. */
const RETRY_AFTER_MS = 5_000;
const ACCEPTED = 202;
/** Refused before anything was looked at. Other statuses are of something that stands before the switch. */
const REFUSED_AT_THE_DOOR: readonly number[] = [400, 403, 404, 405, 406, 501];

const notTaken = ({ status }: Reply): Outcome => ({
  is: 'notSent',
  cause: new NotReached(`the switch answered ${status}`),
  retryAfterMs: RETRY_AFTER_MS,
});
const noAnswer = ({ status }: Reply): Outcome => ({
  is: 'unknown',
  cause: new NoAnswer(`the switch answered ${status}`),
});

/** Only 202 says that it was taken. Source: API Definition 1.1, "HTTP response codes". */
export function toOutcome(reply: Reply, reasonFor = reasonOf): Outcome {
  const { status } = reply;
  if (status === ACCEPTED) return { is: 'pending' };
  if (status === 429 || status === 401) return notTaken(reply);
  const { code, message } = readRefusal(reply);
  const isNo = isRefusal(code) || code === NOT_OFFERED || code === String(status);
  if (REFUSED_AT_THE_DOOR.includes(status) && isNo)
    return { is: 'declined', reason: reasonFor(code), partner: wordOf(code, message), moneyMoved: 'no' };
  return noAnswer(reply);
}

/** An enquiry that is not taken says nothing of what it was about. */
export function toAnswer(reply: Reply, accepted: EnquiryOutcome): EnquiryOutcome {
  if (reply.status === ACCEPTED) return accepted;
  return reply.status === 429 || reply.status === 401 ? notTaken(reply) : noAnswer(reply);
}
