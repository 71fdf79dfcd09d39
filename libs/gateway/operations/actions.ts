import { failure, isTerminal } from '#domain';
import { type Partner, PartnerRegistry } from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { PartnerGates } from '../partners/partner-gates.js';
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
  | 'capability-not-supported'
  | 'partner-throttled'
  | 'partner-unavailable';

/** States that are left without asking the partner: nothing of it is there yet, or it waits for us. */
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
    return {
      is: 'refused',
      code: 'operation-not-cancellable',
      message: 'The operation is changing; try again',
    };
  }

  /** Accepts a party or a quote. */
  async confirm(clientId: string, id: string): Promise<ActionResult> {
    const operation = await this.reader.findOwned(clientId, id);
    if (!operation) return { is: 'notFound' };
    if (operation.state !== 'awaiting_confirmation') {
      return {
        is: 'refused',
        code: 'operation-not-awaiting-confirmation',
        message: `Nothing is to be confirmed: the operation is ${operation.state}`,
      };
    }
    return {
      is: 'refused',
      code: 'capability-not-supported',
      message: `${operation.partner} asks for no confirmations`,
    };
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
    const [order] = await this.reader.asSubmitted([operation]);
    if (!order) return { is: 'notFound' };
    await this.takeCancellation(partner, operation, await collections.cancel(order), clientId);
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

const notCancellable = ({ state }: Operation): ActionResult => ({
  is: 'refused',
  code: 'operation-not-cancellable',
  message: `It is too late: the operation is ${state}`,
});
