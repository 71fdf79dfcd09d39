import { type OutcomeNotice, type Partner } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Judgement } from '../operations/news/news.js';
import { type Operation } from '../operations/operation.js';
import { Verdicts } from '../operations/verdicts.js';
import { canEnquire } from '../work/partner-calls.js';
import { type ClaimedCallback } from './callback-rows.js';

const ENQUIRY_BY_REFERENCE = {
  name: 'enquiry-by-reference',
  text: 'SELECT number FROM enquiries WHERE operation_id = $1 AND reference = $2',
};

/** The answer to an enquiry may overtake the note that the enquiry was made: this long it is waited for. */
const OVERTAKING_TRIES = 4;

/** Takes what a partner says of an outcome to its operation. */
@Injectable()
export class OutcomeNotices {
  constructor(
    private readonly database: Database,
    private readonly verdicts: Verdicts,
  ) {}

  async take(
    partner: Partner,
    callback: ClaimedCallback,
    operation: Operation,
    notice: OutcomeNotice,
  ): Promise<Judgement> {
    const answersOurs = await this.answersEnquiry(operation, notice);
    if (notice.answersEnquiry !== undefined && !answersOurs && callback.tries <= OVERTAKING_TRIES) {
      return { effect: 'wait', why: 'the enquiry that it answers is not noted yet', changes: {} };
    }
    return this.verdicts.take(operation, {
      partner,
      news: {
        outcome: notice.outcome,
        from: answersOurs ? 'enquiry' : 'callback',
        conclusive: answersOurs || isProof(partner) || !canEnquire(partner, operation),
        amount: notice.amount,
      },
      actor: 'partner',
      evidence: { callback: callback.id },
      resubmissionIsSafe: false,
      callbackId: callback.id,
    });
  }

  private async answersEnquiry({ id }: Operation, { answersEnquiry }: OutcomeNotice): Promise<boolean> {
    if (answersEnquiry === undefined) return false;
    return (await this.database.query(ENQUIRY_BY_REFERENCE, [id, answersEnquiry])).length > 0;
  }
}

/** Is a callback of this partner proof by itself? */
export const isProof = ({ adapter: { callbacks } }: Partner): boolean =>
  callbacks?.strength === 'signature' || callbacks?.strength === 'mutual_tls';
