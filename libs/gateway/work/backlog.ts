import { Database, DatabaseUnavailable, gauge } from '#platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ExpiryWatch } from '../partners/expiry-watch.js';
import { PartnerHealthProbe } from '../partners/partner-health-probe.js';
import { TokenEnds } from '../partners/tokens/token-ends.js';

/** Open operations only: their indexes hold nothing else, so that a scrape costs what is open and not what is stored. */
const OPEN = {
  name: 'backlog-operations',
  text: `SELECT partner, state, count(*)::int AS count,
      coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest_s
    FROM operations WHERE due_at IS NOT NULL AND state IN
      ('received', 'awaiting_approval', 'submitting', 'awaiting_confirmation', 'pending', 'unknown')
    GROUP BY partner, state`,
};

const QUEUES = {
  name: 'backlog-queues',
  text: `SELECT 'callbacks' AS queue, count(*)::int AS count,
      coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 AS oldest_s
    FROM callbacks WHERE due_at IS NOT NULL
    UNION ALL
    SELECT 'events', count(*)::int, coalesce(extract(epoch FROM now() - min(at)), 0)::float8
    FROM events WHERE due_at IS NOT NULL
    UNION ALL
    SELECT 'discrepancies', count(*)::int, coalesce(extract(epoch FROM now() - min(opened_at)), 0)::float8
    FROM discrepancies WHERE settled_at IS NULL`,
};

interface OpenRow {
  partner: string;
  state: string;
  count: number;
  oldest_s: number;
}

interface QueueRow {
  queue: string;
  count: number;
  oldest_s: number;
}

/** A scrape goes on without the database: its absence is what the other metrics then show. */
async function whileReachable<Row>(rows: Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await rows;
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return [];
    throw error;
  }
}

/** What waits, and for how long: read from the database when somebody scrapes. */
@Injectable()
export class Backlog implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly breakers: PartnerHealthProbe,
    private readonly expiries: ExpiryWatch,
    private readonly tokens: TokenEnds,
  ) {}

  onApplicationBootstrap(): void {
    const { database, breakers, expiries, tokens } = this;
    const oldest = gauge({
      name: 'passerelle_operations_oldest_seconds',
      help: 'Age of the oldest operation that is not resolved, by partner and state',
      labelNames: ['partner', 'state'],
    });
    gauge({
      name: 'passerelle_operations_open',
      help: 'Operations that are not resolved, by partner and state',
      labelNames: ['partner', 'state'],
      async collect() {
        const rows = await whileReachable(database.query<OpenRow>(OPEN));
        this.reset();
        oldest.reset();
        for (const { partner, state, count, oldest_s } of rows) {
          this.set({ partner, state }, count);
          oldest.set({ partner, state }, oldest_s);
        }
      },
    });
    const waiting = gauge({
      name: 'passerelle_backlog_oldest_seconds',
      help: 'Age of the oldest callback, event or open discrepancy',
      labelNames: ['queue'],
    });
    gauge({
      name: 'passerelle_backlog',
      help: 'Callbacks to be read, events to be told, discrepancies to be settled',
      labelNames: ['queue'],
      async collect() {
        for (const { queue, count, oldest_s } of await whileReachable(database.query<QueueRow>(QUEUES))) {
          this.set({ queue }, count);
          waiting.set({ queue }, oldest_s);
        }
      },
    });
    gauge({
      name: 'passerelle_partner_certificate_left_seconds',
      help: 'How long certificates are good yet, by partner; negative once they are over',
      labelNames: ['partner', 'certificate'],
      collect() {
        for (const { partner, name, leftMs } of expiries.all())
          this.set({ partner, certificate: name }, leftMs / 1_000);
      },
    });
    gauge({
      name: 'passerelle_partner_token_left_seconds',
      help: 'How long access tokens are good yet, by partner; negative where nobody has needed one since',
      labelNames: ['partner', 'token'],
      async collect() {
        for (const { partner, name, leftMs } of await whileReachable(tokens.all()))
          this.set({ partner, token: name }, leftMs / 1_000);
      },
    });
    gauge({
      name: 'passerelle_partner_breaker_state',
      help: 'Circuit breakers, the same from every process: 0 closed, 1 half open, 2 open',
      labelNames: ['partner', 'capability'],
      async collect() {
        for (const { labels, value } of await whileReachable(breakers.collect())) this.set(labels, value);
      },
    });
  }
}
