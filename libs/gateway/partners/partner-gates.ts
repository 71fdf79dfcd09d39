import { type Capability, type PartnerAdapter, capabilitiesOf } from '#partner-kit';
import { Database } from '#platform';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { type GateName, gateOf, type GateState, isHealthy, type Paced, paceOf, type Permit } from './gate.js';
import { GateReports } from './gate-reports.js';
import { ACQUIRE, ENSURE, STATES } from './gate-sql.js';

interface PermitRow {
  granted: boolean;
  is_open: boolean;
  retry_after_ms: number;
}

interface StateRow {
  partner: string;
  capability: GateName;
  failures: number;
  last_success: Date | null;
  last_failure: Date | null;
  open_until: Date | null;
  breaker: GateState['breaker'];
}

/** How a call of a partner ended, as whoever made it saw it. */
export interface Call {
  readonly partner: string;
  readonly capability: Capability;
  readonly method: string;
  readonly result: string;
}

/**
 * How fast, and whether at all, a partner's capability may be called: limits and circuit breakers that hold for all
 * processes together. Work that is claimed in sets takes its permits in the claim statement (`gateCtes`); single
 * calls ask with `acquire`.
 */
@Injectable()
export class PartnerGates implements BeforeApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly reports: GateReports,
  ) {}

  /** Puts the gates of these partners in place. A claim finds nothing behind a gate that is not there. */
  async ensure(partners: readonly (Paced & { readonly adapter: PartnerAdapter })[]): Promise<void> {
    const gates = partners.flatMap((partner) =>
      [...capabilitiesOf(partner.adapter), 'enquiries' as const].map((gate) => ({ partner, gate })),
    );
    await this.insert(gates);
  }

  /** One permit for one call to the partner, or how long to stay away. Never waits for a permit. */
  async acquire(partner: Paced, gate: GateName): Promise<Permit> {
    const permit = (await this.ask(partner, gate)) ?? (await this.askAnew(partner, gate));
    if (permit.granted) return { granted: true };
    return {
      granted: false,
      why: permit.is_open ? 'open' : 'throttled',
      retryAfterMs: permit.retry_after_ms,
    };
  }

  /**
   * Notes how a call went; `ok` is false when the partner was not reached, gave no usable answer, or throttled us.
   * A refusal is ok. Costs nothing: reports are summed and written five times a second.
   */
  report(partner: string, gate: GateName, ok: boolean): void {
    this.reports.add(partner, gate, ok);
  }

  /** The same, of a call as the registry observes it: report each call in one of the two ways only. */
  observe({ partner, capability, method, result }: Call): void {
    this.reports.add(partner, gateOf(capability, method), isHealthy(result));
  }

  /** Of one partner, or of all. */
  async states(partner: string | null = null): Promise<readonly GateState[]> {
    const rows = await this.database.query<StateRow>(STATES, [partner]);
    return rows.map(({ capability, open_until, last_success, last_failure, ...row }) => ({
      ...row,
      gate: capability,
      openUntil: open_until,
      lastSuccessAt: last_success,
      lastFailureAt: last_failure,
    }));
  }

  /** Before the connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.reports.end();
  }

  private async ask(partner: Paced, gate: GateName): Promise<PermitRow | undefined> {
    const { perSecond, burst } = paceOf(partner, gate);
    const [permit] = await this.database.query<PermitRow>(ACQUIRE, [partner.id, gate, perSecond, burst]);
    return permit;
  }

  private async askAnew(partner: Paced, gate: GateName): Promise<PermitRow> {
    await this.insert([{ partner, gate }]);
    const permit = await this.ask(partner, gate);
    if (!permit) throw new Error(`the gate ${gate} of ${partner.id} could not be put in place`);
    return permit;
  }

  private async insert(gates: readonly { partner: Paced; gate: GateName }[]): Promise<void> {
    await this.database.execute(ENSURE, [
      gates.map(({ partner }) => partner.id),
      gates.map(({ gate }) => gate),
      gates.map(({ partner, gate }) => paceOf(partner, gate).burst),
    ]);
  }
}
