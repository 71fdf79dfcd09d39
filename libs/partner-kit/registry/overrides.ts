import { type Pace, type PartnerDescriptor } from '../port/adapter.js';
import { type PaceOverride, type PartnerConfiguration } from './configuration.js';

/** The adapter's descriptor with what the partner's file says of limits and deadlines. */
export function withOverrides(
  descriptor: PartnerDescriptor,
  { limits = {}, deadlines = {} }: Pick<PartnerConfiguration, 'limits' | 'deadlines'>,
): PartnerDescriptor {
  const paces = Object.entries(limits).map(([name, override]) => [name, toPace(override)] as const);
  return Object.freeze({
    ...descriptor,
    submitForMs: deadlines.submitForMs ?? descriptor.submitForMs,
    unresolvedAfterMs: deadlines.unresolvedAfterMs ?? descriptor.unresolvedAfterMs,
    enquiryTimetableMs: deadlines.enquiryTimetableMs ?? descriptor.enquiryTimetableMs,
    visibilityDelayMs: deadlines.visibilityDelayMs ?? descriptor.visibilityDelayMs,
    pace: { ...descriptor.pace, ...Object.fromEntries(paces) },
  });
}

const toPace = ({ perSecond, burst, concurrency }: PaceOverride): Pace => ({
  perSecond,
  burst: burst ?? Math.max(1, Math.ceil(perSecond)),
  concurrency,
});
