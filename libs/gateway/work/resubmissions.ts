import { type Outcome, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { type OperationRow, toOperation } from '../operations/operation.js';
import { closing, Verdicts } from '../operations/verdicts.js';
import { PartnerCalls } from './partner-calls.js';
import { WorkSettings } from './work-settings.js';

/** The next attempt is written down before it is sent, while the operation stays unknown and has no other owner. */
const NEXT_ATTEMPT = {
  name: 'resubmission-attempt',
  text: `
WITH taken AS (
  UPDATE operations SET attempts = attempts + 1, submitted_at = now(), lease = $2::uuid,
    due_at = now() + make_interval(secs => $3::double precision / 1000)
  WHERE id = $1 AND state = 'unknown' AND lease IS NULL RETURNING *
), tried AS (
  INSERT INTO attempts (operation_id, number) SELECT id, attempts FROM taken
)
SELECT * FROM taken`,
};

/** Sends the same order again under the same reference, where the partner deduplicates on it and never received it. */
@Injectable()
export class Resubmissions {
  constructor(
    private readonly database: Database,
    private readonly calls: PartnerCalls,
    private readonly verdicts: Verdicts,
    private readonly settings: WorkSettings,
  ) {}

  async send(partner: Partner, operationId: string): Promise<void> {
    const lease = randomId();
    const [row] = await this.database.query<OperationRow>(NEXT_ATTEMPT, [
      operationId,
      lease,
      this.settings.leaseMs,
    ]);
    if (!row) return;
    const operation = toOperation(row);
    const outcome = await this.outcomeOf(partner, operation);
    await this.verdicts.take(operation, {
      partner,
      news: { outcome, from: 'submission', conclusive: true },
      actor: 'partner',
      evidence: { attempt: operation.attempts },
      resubmissionIsSafe: false,
      lease,
      attempt: closing(operation.attempts, outcome),
    });
  }

  private async outcomeOf(partner: Partner, operation: ReturnType<typeof toOperation>): Promise<Outcome> {
    try {
      return await this.calls.submit(partner, operation, true);
    } catch (error) {
      return {
        is: 'unknown',
        cause: error instanceof Error ? error : new Error('unforeseen', { cause: error }),
      };
    }
  }
}
