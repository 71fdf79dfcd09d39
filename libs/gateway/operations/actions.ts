import { CONFIRMATION_STEPS, type ConfirmationStep, failure, isTerminal } from '#domain';
import { type Partner, PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { PartnerGates } from '../partners/partner-gates.js';
import { PartnerCalls } from '../work/partner-calls.js';
import { Ledger } from './ledger.js';
import { type Operation } from './operation.js';
import { OperationReader } from './reader.js';
import { Verdicts } from './verdicts.js';

export type ActionResult =
  | { readonly is: 'done'; readonly operation: Operation }
  | { readonly is: 'notFound' }
  | {
      readonly is: 'refused';
      readonly code: RefusalCode;
      readonly message: string;
      readonly retryAfterMs?: number;
    };

export type RefusalCode =
  | 'operation-not-cancellable'
  | 'operation-not-awaiting-confirmation'
  | 'partner-throttled'
  | 'partner-unavailable';

/**
 * States that are left without a word to the partner: nothing of it is there yet, or it waits for a yes. A no is not said: it is one
 * more call that a partner may take for something else, and silence cannot be.
 */
const OURS_TO_CANCEL = new Set(['received', 'awaiting_approval', 'awaiting_confirmation']);

/** An operation that changes under our hands is read again this often. */
const MOST_READINGS = 5;

/** What a client may do with an operation that is under way. */
@Injectable()
export class OperationActions {
  constructor(
    private readonly reader: OperationReader,
    private readonly ledger: Ledger,
    private readonly verdicts: Verdicts,
    private readonly partners: PartnerRegistry,
    private readonly gates: PartnerGates,
    private readonly calls: PartnerCalls,
    private readonly clock: SystemClock,
  ) {}

  /** Withdraws what has not been carried out. */
  async cancel(clientId: string, id: string): Promise<ActionResult> {
    for (let reading = 0; reading < MOST_READINGS; reading += 1) {
      const operation = await this.reader.findOwned(clientId, id);
      if (!operation) return { is: 'notFound' };
      if (operation.state === 'cancelled') return { is: 'done', operation };
      if (operation.state === 'pending') return this.cancelAtPartner(clientId, operation);
      if (!OURS_TO_CANCEL.has(operation.state)) return notCancellable(operation);
      const applied = await this.ledger.move({
        operation,
        to: 'cancelled',
        actor: 'client',
        why: 'withdrawn by the client',
        evidence: null,
        changes: { failure: failure('payer_cancelled', 'no'), nextAction: null },
        dueInMs: null,
      });
      if (applied === 'applied') return this.done(id);
    }
    return changing('operation-not-cancellable');
  }

  /** Says yes to the question that the operation waits with. A question that has got its yes before is answered the same. */
  async confirm(clientId: string, id: string, step: ConfirmationStep): Promise<ActionResult> {
    for (let reading = 0; reading < MOST_READINGS; reading += 1) {
      const operation = await this.reader.findOwned(clientId, id);
      if (!operation) return { is: 'notFound' };
      if (isConfirmed(operation, step)) return { is: 'done', operation };
      const objection = this.objectionTo(operation, step);
      if (objection !== null) {
        return { is: 'refused', code: 'operation-not-awaiting-confirmation', message: objection };
      }
      const applied = await this.ledger.note({
        operation,
        actor: 'client',
        why: `the ${step} was confirmed`,
        evidence: null,
        changes: { confirmedStep: step, confirmedBy: clientId },
        dueInMs: 0,
      });
      if (applied === 'applied') return this.done(id);
    }
    return changing('operation-not-awaiting-confirmation');
  }

  private objectionTo({ state, nextAction, expiresAt }: Operation, step: ConfirmationStep): string | null {
    if (state !== 'awaiting_confirmation' || nextAction?.type !== 'confirm')
      return `Nothing is to be confirmed: the operation is ${state}`;
    if (nextAction.step !== step)
      return `It is the ${nextAction.step} that is to be confirmed, not the ${step}`;
    if (expiresAt !== null && expiresAt.getTime() <= this.clock.now().getTime())
      return 'The offer has run out';
    return null;
  }

  private async cancelAtPartner(clientId: string, operation: Operation): Promise<ActionResult> {
    const partner = this.partners.find(operation.partner);
    const collections = operation.kind === 'payment' ? partner?.adapter.collections : undefined;
    if (!partner || !collections?.cancel) {
      return {
        is: 'refused',
        code: 'operation-not-cancellable',
        message: 'The partner has it and offers no way to withdraw it',
      };
    }
    const permit = await this.gates.acquire(partner, 'collections');
    if (!permit.granted) {
      const code = permit.why === 'open' ? 'partner-unavailable' : 'partner-throttled';
      return {
        is: 'refused',
        code,
        message: 'The partner cannot be asked just now',
        retryAfterMs: permit.retryAfterMs,
      };
    }
    const outcome = await this.calls.cancel(partner, operation);
    if (!outcome) return { is: 'notFound' };
    await this.takeCancellation(partner, operation, outcome, clientId);
    const now = await this.reader.findOwned(clientId, operation.id);
    if (!now) return { is: 'notFound' };
    return now.state === 'cancelled' || !isTerminal(now.state)
      ? { is: 'done', operation: now }
      : notCancellable(now);
  }

  private takeCancellation(
    partner: Partner,
    operation: Operation,
    outcome: Parameters<Verdicts['take']>[1]['news']['outcome'],
    clientId: string,
  ) {
    return this.verdicts.take(operation, {
      partner,
      news: { outcome, from: 'cancellation', conclusive: true },
      actor: 'client',
      evidence: { client: clientId },
      resubmissionIsSafe: false,
    });
  }

  private async done(id: string): Promise<ActionResult> {
    const operation = await this.reader.find(id);
    return operation ? { is: 'done', operation } : { is: 'notFound' };
  }
}

/** Has the client said yes to this question, or to a later one? */
function isConfirmed({ confirmedStep, nextAction, state }: Operation, step: ConfirmationStep): boolean {
  const asked = nextAction?.type === 'confirm' ? nextAction.step : null;
  if (confirmedStep === step) return true;
  // Whoever is asked the next question has answered the one before.
  return state === 'awaiting_confirmation' && asked !== null && isBefore(step, asked);
}

const isBefore = (one: ConfirmationStep, other: ConfirmationStep): boolean =>
  CONFIRMATION_STEPS.indexOf(one) < CONFIRMATION_STEPS.indexOf(other);

const changing = (code: RefusalCode): ActionResult => ({
  is: 'refused',
  code,
  message: 'The operation is changing; try again',
});

const notCancellable = ({ state }: Operation): ActionResult => ({
  is: 'refused',
  code: 'operation-not-cancellable',
  message: `It is too late: the operation is ${state}`,
});
