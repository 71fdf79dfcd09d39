import { type Capability } from '#partner-kit';

/** Asked for a partner that is not configured. */
export class UnknownPartner extends Error {
  override readonly name = 'UnknownPartner';
  constructor(readonly partner: string) {
    super('there is no such partner');
  }
}

/** The partner exists and takes no new operations for now: it is switched off in the configuration. */
export class PartnerSwitchedOff extends Error {
  override readonly name = 'PartnerSwitchedOff';
  constructor(readonly partner: string) {
    super('the partner is switched off');
  }
}

/** The partner exists and cannot do that. */
export class CapabilityNotSupported extends Error {
  override readonly name = 'CapabilityNotSupported';
  constructor(
    readonly partner: string,
    readonly capability: Capability,
  ) {
    super(`the partner offers no ${capability}`);
  }
}
