import { type Partner, PartnerRegistry } from '#partner-kit';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CallbackProcessor } from '../callbacks/processor.js';
import { EventRelay } from '../events/relay.js';
import { PassingOn } from '../inbound/passing-on.js';
import { TransferAnswers } from '../inbound/transfer-answers.js';
import { paceOf } from '../partners/gate.js';
import { PartnerGates } from '../partners/partner-gates.js';
import { Enquiries } from './enquiries.js';
import { type Drainable, LaneRound } from './lanes.js';
import { Loop, type Rest, type Round } from './loop.js';
import { confirmable } from './partner-calls.js';
import { Resubmissions } from './resubmissions.js';
import { type Lane, Submissions, type ToSend } from './submissions.js';
import { Sweeps } from './sweeps.js';
import { WorkSettings } from './work-settings.js';

/** Between two sets of work. Half of what a small set costs is its statement: what comes in meanwhile shares the next. */
const BUSY_MS = 20;

/** An idle loop looks this many times more rarely than a busy one. */
const IDLE_FACTOR = 4;

const SWEEP_REST: Rest = { busyMs: 100, idleMs: 1_000 };

/** Every loop of a worker process: lanes to the partners, callbacks, events, and what time brings about. */
@Injectable()
export class WorkCrew implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WorkCrew.name);
  private readonly loops: Loop[] = [];
  private readonly lanes: Drainable[] = [];

  constructor(
    private readonly partners: PartnerRegistry,
    private readonly gates: PartnerGates,
    private readonly submissions: Submissions,
    private readonly resubmissions: Resubmissions,
    private readonly enquiries: Enquiries,
    private readonly callbacks: CallbackProcessor,
    private readonly events: EventRelay,
    private readonly sweeps: Sweeps,
    private readonly passingOn: PassingOn,
    private readonly transferAnswers: TransferAnswers,
    private readonly settings: WorkSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const partners = this.partners.all();
    await this.gates.ensure(partners);
    const { pollIntervalMs, claimBatch, leaseMs } = this.settings;
    const rest = { busyMs: BUSY_MS, idleMs: pollIntervalMs * IDLE_FACTOR };
    this.lanes.push(...partners.flatMap((partner) => this.lanesOf(partner)));
    const rounds: Round[] = [
      ...this.lanes,
      { name: 'callbacks', run: () => this.callbacks.processDue(claimBatch, leaseMs) },
      { name: 'events', run: () => this.events.tellDue() },
    ];
    const ids = partners.map(({ id }) => id);
    const sweeps: Round[] = [
      { name: 'abandoned operations', run: () => this.sweeps.abandoned(ids) },
      { name: 'unconfirmed operations', run: () => this.sweeps.unconfirmed(ids) },
      { name: 'unsent operations', run: () => this.sweeps.unsent() },
      { name: 'unresolved operations', run: () => this.sweeps.unresolved() },
      { name: 'credits passed on', run: () => this.passingOn.settleDue(claimBatch) },
    ];
    this.loops.push(
      ...rounds.map((round) => new Loop(round, rest)),
      ...sweeps.map((round) => new Loop(round, SWEEP_REST)),
    );
    for (const loop of this.loops) loop.start();
  }

  /** Claims nothing more and lets what is under way end; what does not end in time is given back by its lease. */
  async onModuleDestroy(): Promise<void> {
    const stopped = this.standStill();
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => {
      resolve('late');
    }, this.settings.drainMs);
    const how = await Promise.race([stopped.then(() => 'drained' as const), late]);
    clearTimeout(timer);
    if (how === 'late') this.logger.warn('work under way is left for its lease to end');
  }

  /** The last round of a lane, or of the callbacks, may still begin something: only then is it known what is under way. */
  private async standStill(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await Promise.all([...this.lanes, this.resubmissions].map((one) => one.drain()));
  }

  private lanesOf(partner: Partner): Drainable[] {
    const { adapter, enabled } = partner;
    const kinds: Lane[] = [];
    // A partner that is switched off is sent nothing new; what is under way with it is still asked about.
    if (enabled && adapter.collections) kinds.push({ partner, kind: 'payment', capability: 'collections' });
    if (enabled && adapter.disbursements)
      kinds.push({ partner, kind: 'transfer', capability: 'disbursements' });
    if (enabled && adapter.reversals) kinds.push({ partner, kind: 'reversal', capability: 'reversals' });
    const { leaseMs } = this.settings;
    const sending = (lane: Lane, what: string, claim: (limit: number) => Promise<readonly ToSend[]>) =>
      new LaneRound({
        name: `${partner.id} ${what}`,
        partner,
        atOnce: paceOf(partner, lane.capability).concurrency,
        claim,
        deal: (claimed) => this.submissions.send(lane, claimed, leaseMs),
      });
    return [
      ...kinds.map((lane) =>
        sending(lane, lane.capability, (limit) => this.submissions.claimDue(lane, limit, leaseMs)),
      ),
      ...kinds
        .filter((lane) => confirmable(partner, lane)?.confirm !== undefined)
        .map((lane) =>
          sending(lane, `${lane.capability} confirmed`, (limit) =>
            this.submissions.claimConfirmed(lane, limit, leaseMs),
          ),
        ),
      new LaneRound({
        name: `${partner.id} enquiries`,
        partner,
        atOnce: paceOf(partner, 'enquiries').concurrency,
        claim: (limit) => this.enquiries.claimDue(partner, limit, leaseMs, this.callbacks.lagMs),
        deal: ({ operation, lease }) => this.enquiries.ask(partner, operation, lease),
      }),
      ...(adapter.inbound?.tell ? [this.telling(partner)] : []),
    ];
  }
  /** What the process that took a transfer did not live to tell. */
  private telling(partner: Partner): Drainable {
    return new LaneRound({
      name: `${partner.id} answers`,
      partner,
      atOnce: paceOf(partner, 'inbound').concurrency,
      claim: (limit) => this.transferAnswers.claimDue(partner, limit, this.settings.leaseMs),
      deal: (owed) => this.transferAnswers.settle(partner, owed),
    });
  }
}
