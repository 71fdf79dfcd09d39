import { type Capability } from '#partner-kit';

/** Asked for a partner that is not configured, or takes no new operations. */
export class UnknownPartner extends Error {
  override readonly name = 'UnknownPartner';
  constructor(readonly partner: string) {
    super('there is no such partner');
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
