import { describe, expect } from '@jest/globals';
import { isCurrency, Money } from '#domain';
import { capabilitiesOf, type Pace } from '../../port/adapter.js';
import { type Contract, promise } from '../promise.js';

/** What the engine relies on before it has asked anything. */
export function describeDescriptor(contract: Contract): void {
  const { name, setUp, adapter } = contract;
  const { descriptor } = adapter;
  const hint = (advice: string) => ({ file: 'adapter', advice }) as const;

  describe('says of itself', () => {
    promise(contract, 'the name of its folder', hint('`name` is the name of the folder'), () => {
      expect(setUp.definition.name).toBe(name);
    });

    promise(contract, 'what it can do', hint('give the adapter at least one capability'), () => {
      expect(capabilitiesOf(adapter)).not.toHaveLength(0);
      expect(descriptor.title.trim()).not.toBe('');
    });

    promise(contract, 'when to enquire', hint('give the descriptor a timetable of rising waits'), () => {
      const { enquiryTimetableMs, visibilityDelayMs } = descriptor;
      expect(enquiryTimetableMs).not.toHaveLength(0);
      expect(enquiryTimetableMs.every((ms) => ms > 0)).toBe(true);
      expect(enquiryTimetableMs).toEqual([...enquiryTimetableMs].sort((a, b) => a - b));
      expect(visibilityDelayMs).toBeGreaterThanOrEqual(0);
    });

    promise(contract, 'how long it may take', hint('give the descriptor its deadlines'), () => {
      expect(descriptor.submitForMs).toBeGreaterThan(0);
      expect(descriptor.unresolvedAfterMs).toBeGreaterThan(0);
    });

    promise(contract, 'how fast it may be asked', hint('give every pace numbers above 0'), () => {
      for (const pace of Object.values<Pace>(descriptor.pace)) {
        expect(Math.min(pace.perSecond, pace.burst, pace.concurrency)).toBeGreaterThan(0);
      }
    });

    promise(contract, 'which amounts it takes', hint('give `limits` of whole ranges'), () => {
      for (const { currency, least, most } of Object.values(descriptor.limits).flat()) {
        expect(isCurrency(currency)).toBe(true);
        expect(Money.parse(least, currency).isMoreThan(Money.parse(most, currency))).toBe(false);
      }
    });

    promise(contract, 'who can pay and be paid', hint('give `payerTypes` and `payeeTypes`'), () => {
      if (adapter.collections) {
        expect(descriptor.payerTypes).not.toHaveLength(0);
        expect(adapter.collections.methods).not.toHaveLength(0);
        expect(descriptor.limits.collections).toBeDefined();
      }
      if (adapter.disbursements) {
        expect(descriptor.payeeTypes).not.toHaveLength(0);
        expect(descriptor.limits.disbursements).toBeDefined();
      }
    });
  });
}
