import { type InboundObjection, InboundRefused } from '#partner-kit';
import { DatabaseUnavailable } from '#platform';
import { type Logger } from '@nestjs/common';

/** A fault of ours is none of the partner's business: it can try again. */
export function refusalOf(
  error: unknown,
  logger: Logger,
  fault: Extract<InboundObjection, 'unavailable' | 'timed_out'> = 'unavailable',
): InboundRefused {
  if (error instanceof InboundRefused) return error;
  if (!(error instanceof DatabaseUnavailable))
    logger.error({ err: error }, 'a partner could not be answered');
  return new InboundRefused(fault, 'try again later');
}
