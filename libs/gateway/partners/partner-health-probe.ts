import { Injectable } from '@nestjs/common';
import { type GateName, type GateState } from './gate.js';
import { PartnerGates } from './partner-gates.js';

/** One sample of the gauge of breakers. */
export interface BreakerSample {
  readonly labels: { readonly partner: string; readonly capability: GateName };
  readonly value: number;
}

/** Written so that an alert reads `> 0`. */
const BREAKER_VALUES: Readonly<Record<GateState['breaker'], number>> = { closed: 0, half_open: 1, open: 2 };

/** How the breakers stand, for the metrics endpoint: 0 closed, 1 half open, 2 open. The same from every process. */
@Injectable()
export class PartnerHealthProbe {
  constructor(private readonly gates: PartnerGates) {}

  /** @throws DatabaseUnavailable */
  async collect(): Promise<readonly BreakerSample[]> {
    const states = await this.gates.states();
    return states.map(({ partner, gate, breaker }) => ({
      labels: { partner, capability: gate },
      value: BREAKER_VALUES[breaker],
    }));
  }
}
