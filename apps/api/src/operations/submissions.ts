import { type ConfirmationMode, type Money, newId, type Party } from '#domain';
import { Intake, type IntakeResult, Orders } from '#gateway';
import { SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { digestOf } from '../http/idempotency.js';

/** What is asked for, as the body says it. */
export interface Asked {
  readonly kind: 'payment' | 'transfer';
  readonly partner: string;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly payee: Party | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly method: string | null;
  readonly returnUrls: { readonly success: string; readonly failure: string } | null;
  readonly confirmation: ConfirmationMode | null;
}

/** Takes money movements in, once per idempotency key. */
@Injectable()
export class Submissions {
  constructor(
    private readonly orders: Orders,
    private readonly intake: Intake,
    private readonly clock: SystemClock,
  ) {}

  /**
   * `body`: the validated body that `asked` was read from.
   * @throws UnknownPartner, PartnerSwitchedOff, CapabilityNotSupported, OrderRefused, DatabaseUnavailable
   */
  async submit(clientId: string, idempotencyKey: string, asked: Asked, body: unknown): Promise<IntakeResult> {
    const id = newId(this.clock.now());
    const digest = digestOf(asked.kind, body);
    let order: Asked;
    try {
      order = this.orders.check(asked, id);
    } catch (refusal) {
      // A repeat gets the first answer, even where the partner would not take the order any more.
      const taken = await this.intake.findTaken({ clientId, idempotencyKey, digest });
      if (taken) return taken;
      throw refusal;
    }
    return this.intake.submit({ ...order, id, clientId, idempotencyKey, digest });
  }
}
