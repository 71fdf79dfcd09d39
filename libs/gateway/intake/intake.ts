import { type ConfirmationMode, type Money, type OperationKind, type Party } from '#domain';
import { PartnerRegistry } from '#partner-kit';
import { Coalescer, currentContext, Database, isDataError, type Queryable, toTraceparent } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation, type OperationRow, toOperation } from '../operations/operation.js';

import { INTAKE, TAKEN } from './intake-statement.js';

/** A movement of money that a client asks for, checked and ready to be stored. */
export interface IntakeRequest {
  /** UUIDv7, made by the caller. */
  readonly id: string;
  /** `NO_CLIENT`: the gateway itself. */
  readonly clientId: string;
  /** The client's `Idempotency-Key`: permanent, per client. */
  readonly idempotencyKey: string;
  /** Of what was asked for: the same key with another digest is refused. */
  readonly digest: string;
  readonly kind: Exclude<OperationKind, 'receipt'>;
  readonly partner: string;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly payee: Party | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly method: string | null;
  readonly returnUrls: { readonly success: string; readonly failure: string } | null;
  readonly reverses?: string;
  /** Who answers the partner's questions; null: as the partner is configured. */
  readonly confirmation?: ConfirmationMode | null;
}

/** What the gateway does by itself belongs to no client. */
export const NO_CLIENT = '';

export type IntakeResult =
  | { readonly is: 'accepted'; readonly operation: Operation }
  /** This key has been used for the same request: the operation as it stands now. */
  | { readonly is: 'replayed'; readonly operation: Operation }
  /** The first call with this key has not been stored yet. */
  | { readonly is: 'inFlight' }
  | { readonly is: 'keyReused' };

type Query = Queryable['query'];

/** A request with what ties it to the call that brought it: noted before it waits for its batch. */
interface TracedRequest extends Pick<Operation, 'origin'> {
  readonly request: IntakeRequest;
}

function originOfNow(): Operation['origin'] {
  const context = currentContext();
  return {
    correlationId: context?.correlationId ?? null,
    traceparent: context ? toTraceparent(context) : null,
  };
}

const keyOf = (request: { clientId: string; idempotencyKey: string }) =>
  `${request.clientId}\n${request.idempotencyKey}`;

/** Takes requests in: durable before they are acknowledged, once per idempotency key. */
@Injectable()
export class Intake {
  private readonly inFlight = new Set<string>();
  private readonly requests: Coalescer<TracedRequest, IntakeResult>;
  private readonly query: Query;

  constructor(
    database: Database,
    private readonly partners: PartnerRegistry,
  ) {
    this.query = database.query.bind(database);
    this.requests = new Coalescer<TracedRequest, IntakeResult>({
      run: (batch) => this.storeAll(batch, this.query),
      isolates: isDataError,
      // While some batches wait for the disk, the next one is gathered.
      parallel: 4,
      maxBatch: 256,
    });
  }

  /** @throws DatabaseUnavailable when it cannot be stored; then the same key may be sent again. */
  async submit(request: IntakeRequest): Promise<IntakeResult> {
    const key = keyOf(request);
    if (this.inFlight.has(key)) return { is: 'inFlight' };
    this.inFlight.add(key);
    try {
      return await this.requests.submit({ request, origin: originOfNow() });
    } finally {
      this.inFlight.delete(key);
    }
  }

  /** Stores within a transaction of the caller's: for what needs a lock before it may be asked for. */
  async submitWithin(query: Query, request: IntakeRequest): Promise<IntakeResult> {
    const [result] = await this.storeAll([{ request, origin: originOfNow() }], query);
    if (!result) throw new Error('the intake answered nothing');
    return result;
  }

  /** What the key was first used for, if it was. */
  async findTaken(
    request: Pick<IntakeRequest, 'clientId' | 'idempotencyKey' | 'digest'>,
    query: Query = this.query,
  ): Promise<IntakeResult | null> {
    const taken = await this.taken([request], query);
    return taken.get(keyOf(request))?.(request.digest) ?? null;
  }

  private async storeAll(batch: readonly TracedRequest[], query: Query): Promise<IntakeResult[]> {
    const rows = batch.map((traced) => this.inputRow(traced));
    const [answer] = await query<{ ids: string[]; at: Date }>(INTAKE, [JSON.stringify(rows)]);
    if (!answer) throw new Error('the intake answered nothing');
    const stored = new Set(answer.ids);
    const passedOver = batch.map(({ request }) => request).filter(({ id }) => !stored.has(id));
    const taken = passedOver.length === 0 ? new Map<string, never>() : await this.taken(passedOver, query);
    return batch.map((traced) => {
      const { request } = traced;
      if (stored.has(request.id)) return { is: 'accepted', operation: newborn(traced, answer.at) };
      return taken.get(keyOf(request))?.(request.digest) ?? { is: 'inFlight' };
    });
  }

  private async taken(requests: readonly Pick<IntakeRequest, 'clientId' | 'idempotencyKey'>[], query: Query) {
    const rows = await query<OperationRow & { key: string; digest: string; key_client: string }>(TAKEN, [
      requests.map(({ clientId }) => clientId),
      requests.map(({ idempotencyKey }) => idempotencyKey),
    ]);
    return new Map(
      rows.map((row) => {
        const operation = toOperation(row);
        const answer = (digest: string): IntakeResult =>
          digest === row.digest ? { is: 'replayed', operation } : { is: 'keyReused' };
        return [keyOf({ clientId: row.key_client, idempotencyKey: row.key }), answer];
      }),
    );
  }

  private inputRow({ request, origin }: TracedRequest) {
    const { adapter, descriptor } = this.partners.get(request.partner);
    const marks = request.kind === 'payment' ? adapter.collections?.marksOf?.(request) : undefined;
    return {
      id: request.id,
      client_id: request.clientId,
      key: request.idempotencyKey,
      digest: request.digest,
      kind: request.kind,
      partner: request.partner,
      amount_minor: request.amount.minor.toString(),
      currency: request.amount.currency,
      payer_type: request.payer?.type,
      payer_value: request.payer?.value,
      payer_account: request.payer?.account,
      payer_name: request.payer?.name,
      payee_type: request.payee?.type,
      payee_value: request.payee?.value,
      payee_account: request.payee?.account,
      payee_name: request.payee?.name,
      reference: request.reference,
      description: request.description,
      metadata: request.metadata,
      method: request.method,
      return_urls: request.returnUrls,
      reverses: request.reverses,
      confirmation: request.confirmation ?? undefined,
      correlation_id: origin.correlationId,
      traceparent: origin.traceparent,
      receipt_account: marks?.account ?? '',
      receipt_payer: marks?.payer ?? '',
      submit_for_ms: descriptor.submitForMs,
    };
  }
}

/** The operation as it was just stored. */
function newborn({ request, origin }: TracedRequest, at: Date): Operation {
  const { id, clientId, kind, partner, amount, payer, payee, reference, description, metadata } = request;
  return {
    ...{ id, clientId, kind, partner, amount, payer, payee, reference, description, metadata },
    method: request.method,
    returnUrls: request.returnUrls,
    state: 'received',
    version: 1,
    fee: null,
    reverses: request.reverses ?? null,
    passesOn: null,
    batch: null,
    origin,
    nextAction: null,
    confirmation: request.confirmation ?? null,
    confirmedStep: null,
    partnerReference: null,
    receipt: null,
    memo: null,
    claimedReceipt: null,
    claimedNames: null,
    failure: null,
    attempts: 0,
    enquiries: 0,
    notFound: 0,
    createdAt: at,
    updatedAt: at,
    submittedAt: null,
    completedAt: null,
    expiresAt: null,
    hasDeadline: true,
  };
}
