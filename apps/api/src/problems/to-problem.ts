import { MoneyError, MsisdnError } from '#domain';
import { CapabilityNotSupported, PartnerSwitchedOff, UnknownPartner } from '#gateway';
import { NoAnswer, NotReached, OrderRefused, UnmappedAnswer, UnreadableAnswer } from '#partner-kit';
import { toDatabaseError, DatabaseUnavailable } from '#platform';
import { HttpException } from '@nestjs/common';
import { fieldProblem, Problem } from './problem.js';
import { type ProblemCode } from './problems.js';

/** What Nest and Fastify answer by themselves, in our words. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed-request',
  401: 'unauthenticated',
  403: 'insufficient-scope',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'malformed-request',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'media-type-unsupported',
  429: 'rate-limited',
};

const DATABASE_RETRY_S = 2;
/** Somebody has to switch it on again: sooner is of no use, and when is not known. */
const SWITCHED_OFF_RETRY_S = 60;

/** Any error as the problem that a caller sees. What is not known here is a fault of ours, and says nothing. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OrderRefused) return fieldProblem('order-refused', error.pointer, error.message);
  if (error instanceof UnknownPartner) {
    return fieldProblem('partner-unknown', '/partner', 'there is no such partner');
  }
  if (error instanceof PartnerSwitchedOff) {
    return new Problem('partner-unavailable', {
      detail: 'the partner is switched off for now: nothing was stored',
      retryAfterS: SWITCHED_OFF_RETRY_S,
    });
  }
  if (error instanceof CapabilityNotSupported) {
    return fieldProblem('capability-not-supported', '/partner', error.message);
  }
  if (error instanceof MoneyError) return fieldProblem('validation-failed', '/amount', error.message);
  if (error instanceof MsisdnError) return fieldProblem('validation-failed', '', error.message);
  return ofInfrastructure(error);
}

function ofInfrastructure(error: unknown): Problem {
  if (toDatabaseError(error) instanceof DatabaseUnavailable) {
    return new Problem('database-unavailable', { retryAfterS: DATABASE_RETRY_S, cause: error });
  }
  if (error instanceof NotReached)
    return new Problem('partner-unavailable', { retryAfterS: 5, cause: error });
  if (error instanceof NoAnswer || error instanceof UnmappedAnswer || error instanceof UnreadableAnswer) {
    return new Problem('partner-answer-unusable', { cause: error });
  }
  if (error instanceof HttpException) {
    const code = BY_STATUS[error.getStatus()];
    if (code) return new Problem(code, { cause: error });
  }
  return new Problem('internal', { cause: error });
}
