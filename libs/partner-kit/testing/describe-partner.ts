import { describe, expect, it } from '@jest/globals';
import { type PartnerSetUp } from './contract.js';

/**
 * The promises of the port, held by every adapter against its simulator over HTTP. `name` is the adapter's
 * folder in libs/partners. A capability that is not there has no tests.
 */
export function describePartner(name: string, setUp: () => PartnerSetUp): void {
  describe(`${name} as a partner`, () => {
    const { definition } = setUp();
    it('is known by the name of its folder', () => {
      expect(definition.name).toBe(name);
    });
  });
}
