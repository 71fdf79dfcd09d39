import { type AdapterDefinition, PartnerRegistry } from '#partner-kit';
import { type Config, Database, DatabaseModule, type DatabaseRole, SharedTime, SystemClock } from '#platform';
import { type DynamicModule, Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CallbackIntake } from './callbacks/intake.js';
import { CallbackRows } from './callbacks/callback-rows.js';
import { Matching } from './callbacks/matching.js';
import { OutcomeNotices } from './callbacks/outcome-notices.js';
import { CallbackProcessor } from './callbacks/processor.js';
import { ReceiptCandidates } from './callbacks/receipt-candidates.js';
import { ReceiptNotices } from './callbacks/receipt-notices.js';
import { Clients } from './clients/clients.js';
import { Discrepancies } from './discrepancies/discrepancies.js';
import { EventRelay } from './events/relay.js';
import { AccountKeeper } from './inbound/account-keeper.js';
import { Announcements } from './inbound/announcements.js';
import { Crediting } from './inbound/crediting.js';
import { InboundDesk } from './inbound/inbound-desk.js';
import { InboundQuotes } from './inbound/inbound-quotes.js';
import { InboundReplies } from './inbound/inbound-replies.js';
import { LaterAnswers } from './inbound/later-answers.js';
import { OwedAnswers } from './inbound/owed-answers.js';
import { PassingOn } from './inbound/passing-on.js';
import { RequestedPayments } from './inbound/requested-payments.js';
import { Tellings } from './inbound/tellings.js';
import { TransferAnswers } from './inbound/transfer-answers.js';
import { Intake } from './intake/intake.js';
import { Orders } from './intake/orders.js';
import { Messages } from './messages/messages.js';
import { migrations } from './migrations/index.js';
import { SchemaCheck } from './migrations/schema-check.js';
import { OperationActions } from './operations/actions.js';
import { Ledger } from './operations/ledger.js';
import { OperationNews } from './operations/operation-news.js';
import { OperationReader } from './operations/reader.js';
import { Reversals } from './operations/reversals.js';
import { Verdicts } from './operations/verdicts.js';
import { OperationWatch } from './operations/watch.js';
import { buildRegistry } from './partners/build-registry.js';
import { PartnerGates } from './partners/partner-gates.js';
import { partnerProviders } from './partners/providers.js';
import { Backlog } from './work/backlog.js';
import { Enquiries } from './work/enquiries.js';
import { NightlyChores } from './work/nightly-chores.js';
import { PartnerCalls } from './work/partner-calls.js';
import { Resubmissions } from './work/resubmissions.js';
import { Submissions } from './work/submissions.js';
import { Sweeps } from './work/sweeps.js';
import { WorkCrew } from './work/work-crew.js';
import { WorkSettings } from './work/work-settings.js';

/** What both kinds of process need. */
const SHARED = [
  SystemClock,
  SharedTime,
  Ledger,
  Verdicts,
  Discrepancies,
  OperationReader,
  OperationNews,
  OperationWatch,
  OperationActions,
  Messages,
  PartnerCalls,
  Reversals,
  Intake,
  Orders,
  CallbackIntake,
  AccountKeeper,
  Announcements,
  InboundQuotes,
  RequestedPayments,
  InboundReplies,
  Crediting,
  Tellings,
  OwedAnswers,
  TransferAnswers,
  LaterAnswers,
  InboundDesk,
  Clients,
  SchemaCheck,
  ...partnerProviders,
];

/** What only the worker does. */
const WORK = [
  CallbackRows,
  Matching,
  OutcomeNotices,
  ReceiptCandidates,
  ReceiptNotices,
  CallbackProcessor,
  EventRelay,
  Submissions,
  Resubmissions,
  Enquiries,
  Sweeps,
  PassingOn,
  WorkCrew,
  Backlog,
  NightlyChores,
];

/** Ends the connections to the partners after the work has ended. */
@Injectable()
class PartnerConnections implements OnApplicationShutdown {
  constructor(private readonly partners: PartnerRegistry) {}

  onApplicationShutdown(): Promise<void> {
    return this.partners.close();
  }
}

const workSettings = ({ worker }: Config): WorkSettings =>
  new WorkSettings(
    worker.pollIntervalMs,
    worker.claimBatch,
    worker.leaseMs,
    worker.drainMs,
    worker.balanceReadingsKeptMs,
  );

/** The engine: the life of operations over the configured partners. */
@Global()
@Module({})
export class GatewayModule {
  static forRoot(
    config: Config,
    adapters: readonly AdapterDefinition[],
    role: Exclude<DatabaseRole, 'admin'>,
  ): DynamicModule {
    const work = role === 'worker' ? WORK : [];
    return {
      module: GatewayModule,
      imports: [DatabaseModule.forRoot(config, role, { entities: [], migrations: [...migrations] })],
      providers: [
        ...SHARED,
        ...work,
        PartnerConnections,
        { provide: WorkSettings, useValue: workSettings(config) },
        {
          provide: PartnerRegistry,
          inject: [Database, SystemClock, PartnerGates],
          useFactory: (database: Database, clock: SystemClock, gates: PartnerGates) =>
            buildRegistry(config, adapters, database, clock, gates),
        },
      ],
      exports: [...SHARED, ...work, PartnerRegistry],
    };
  }
}
