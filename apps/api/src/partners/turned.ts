import { type Turned } from '#gateway';
import { Problem } from '../problems/problem.js';

const UNAVAILABLE: Readonly<Record<Extract<Turned, { is: 'unavailable' }>['why'], string>> = {
  open: 'the partner has not been answering: it is not asked for now',
  disabled: 'the partner is switched off',
  busy: 'the partner takes no more requests for now',
  not_reached: 'the partner could not be reached',
  too_slow: 'the partner did not answer in time',
  no_answer: 'the partner gave no answer',
  unusable_answer: 'the partner gave no usable answer',
};

/** Why a question to a partner has no answer. `named`: where the request names the partner. */
export function toTurnedProblem(turned: Turned, named: 'path' | 'query'): Problem {
  switch (turned.is) {
    case 'unknownPartner':
      return named === 'path'
        ? new Problem('not-found', { detail: 'there is no such partner' })
        : new Problem('partner-unknown', {
            errors: [{ in: 'query', pointer: '/partner', message: 'there is no such partner' }],
          });
    case 'notSupported': {
      const message = `the partner offers no ${turned.capability}`;
      return named === 'query'
        ? new Problem('capability-not-supported', {
            detail: message,
            errors: [{ in: 'query', pointer: '/partner', message }],
          })
        : new Problem('capability-not-supported', { detail: message });
    }
    case 'throttled':
      return new Problem('partner-throttled', { retryAfterS: turned.retryAfterMs / 1000 });
    case 'unavailable': {
      const code = turned.why === 'unusable_answer' ? 'partner-answer-unusable' : 'partner-unavailable';
      const retryAfterS = turned.retryAfterMs === null ? 5 : turned.retryAfterMs / 1000;
      return new Problem(code, { detail: UNAVAILABLE[turned.why], retryAfterS });
    }
  }
}
