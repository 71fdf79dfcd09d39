import {
  type CallbackStrength,
  type EnquiryOutcome,
  type OutcomeNotice,
  type Partner,
  type ReplyNotice,
} from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Judgement } from '../operations/news/news.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { canEnquire, PartnerCalls } from '../work/partner-calls.js';
import { Resubmissions } from '../work/resubmissions.js';
import { type ClaimedCallback } from './callback-rows.js';
import { type Matched } from './matching.js';

/** The latest: some partners call every enquiry about one operation the same, and the earlier ones have had their answer. */
const ENQUIRY_BY_REFERENCE = {
  name: 'enquiry-by-reference',
  text: `SELECT number, asked_at FROM enquiries WHERE operation_id = $1 AND reference = $2
    ORDER BY number DESC LIMIT 1`,
};

interface EnquiryRow {
  readonly number: number;
  readonly asked_at: Date;
}

/** The answer to an enquiry may overtake the note that the enquiry was made: it is waited for longer than any enquiry takes. */
const OVERTAKING_TRIES = 7;

/** What a notice said of its operation, and what that came to. */
interface Heard {
  readonly says: Readonly<Record<string, unknown>>;
  readonly judgement: Judgement;
}

const OF_EARLIER_STEP: Heard = {
  says: { is: 'reply', partner: null },
  judgement: { effect: 'repeat', why: 'it is of a step that lies behind', changes: {} },
};

/** Takes what a partner says of an outcome to its operation. */
@Injectable()
export class OutcomeNotices {
  constructor(
    private readonly database: Database,
    private readonly reader: OperationReader,
    private readonly verdicts: Verdicts,
    private readonly calls: PartnerCalls,
    private readonly resubmissions: Resubmissions,
  ) {}

  /** Null where the notice names our operation, and beside it something that is not that operation's. */
  async take(
    partner: Partner,
    callback: ClaimedCallback,
    { operation, fit }: Matched,
    notice: OutcomeNotice | ReplyNotice,
  ): Promise<Heard | null> {
    if (fit === 'foreign' && !isProof(partner)) return null;
    const enquiry = await this.answeredEnquiry(operation, notice);
    const outcome = await this.outcomeOf(notice, operation);
    if (!outcome) return OF_EARLIER_STEP;
    const says = { is: outcome.is, partner: outcome.partner ?? null };
    const answersNothing = notice.answersEnquiry !== undefined && enquiry === undefined;
    if (answersNothing && callback.tries <= OVERTAKING_TRIES) {
      const why = 'the enquiry that it answers is not noted yet';
      return { says, judgement: { effect: 'wait', why, changes: {} } };
    }
    const answersOurs = enquiry !== undefined;
    const isBeyondIt = isBeyondItsDoor(partner, operation);
    const isConclusive = answersOurs || (isProof(partner) && !isBeyondIt) || !canEnquire(partner, operation);
    const judgement = await this.verdicts.take(operation, {
      partner,
      news: {
        outcome,
        from: answersOurs ? 'enquiry' : 'callback',
        conclusive: isConclusive,
        // Whoever made the enquiry up, or died before it was noted: of what was asked, and when, nothing is known.
        isUnproven: (fit === 'unproven' || answersNothing) && !isConclusive,
        isDoubtful: (callback.isDoubtful || isBeyondIt) && !answersOurs && canEnquire(partner, operation),
        amount: notice.is === 'outcome' ? notice.amount : undefined,
        enquiry: enquiry?.number,
        askedAt: enquiry?.asked_at,
      },
      outcomeFor: notice.is === 'reply' ? (now) => this.outcomeOf(notice, now) : undefined,
      actor: 'partner',
      evidence: { callback: callback.id },
      resubmissionIsSafe: answersOurs && this.calls.resubmissionIsSafe(partner, operation),
      callbackId: callback.id,
    });
    // Not waited for: a partner that is slow to take it would keep the callbacks of all of them.
    if (judgement.effect === 'resend') this.resubmissions.begin(partner, operation);
    return { says, judgement };
  }

  private async outcomeOf(
    notice: OutcomeNotice | ReplyNotice,
    operation: Operation,
  ): Promise<EnquiryOutcome | null> {
    if (notice.is === 'outcome') return notice.outcome;
    const [order] = await this.reader.asSubmitted([operation]);
    return order ? notice.outcomeFor(order) : null;
  }

  /** The enquiry of ours that this answers. */
  private async answeredEnquiry(
    { id }: Operation,
    { answersEnquiry }: OutcomeNotice | ReplyNotice,
  ): Promise<EnquiryRow | undefined> {
    if (answersEnquiry === undefined) return undefined;
    const [row] = await this.database.query<EnquiryRow>(ENQUIRY_BY_REFERENCE, [id, answersEnquiry]);
    return row;
  }
}

/** Is a callback of this partner proof by itself? */
export const isProof = ({ adapter: { callbacks } }: Partner): boolean =>
  callbacks !== undefined && PROOF.includes(callbacks.strength);

const PROOF: readonly CallbackStrength[] = ['signature', 'mutual_tls', 'private_listener'];

/** Through its own door a partner tells of money that comes: what we send is another matter, and is asked about. */
const isBeyondItsDoor = ({ adapter: { callbacks } }: Partner, { kind }: Operation): boolean =>
  callbacks?.strength === 'private_listener' && kind !== 'receipt' && kind !== 'payment';
