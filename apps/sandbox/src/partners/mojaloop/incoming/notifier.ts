import { type Subject } from '../../../kit/faults.js';
import { type Surroundings } from '../transfers/stages.js';
import { type QuoteAnswer, type TransferAnswer } from './answers.js';
import { type ConnectorClient } from './connector-client.js';
import { failedNotification, type Found, notificationOf, recordOf } from './messages.js';

/** What the scheme adapter knows when it tells the connector how a transfer ended. */
export interface Ending {
  readonly found: Found;
  readonly quote: QuoteAnswer | undefined;
  /** What the connector said to the transfer, unless it refused or was silent. */
  readonly answer: TransferAnswer | undefined;
}

/** Final notifications: `PUT /transfers/{transferId}`. */
export class Notifier {
  constructor(
    private readonly around: Surroundings,
    private readonly connector: ConnectorClient,
  ) {}

  /** Whether a fault wants this transfer told of before the connector has answered it. */
  tellsEarly(found: Found): boolean {
    const about = { path: pathOf(found), ...aboutOf(found, undefined) };
    return this.around.desk.faults.take(['callback-early'], about) !== undefined;
  }

  /** Where there is anything to tell: later, with what the switch holds by then. */
  schedule(ending: Ending): void {
    const { plan, notificationDelayMs } = ending.found.order;
    if (!plan.alwaysNotifies && !this.#isUsual(ending.answer)) return;
    this.around.desk.clock.after(notificationDelayMs, () => this.tell(ending));
  }

  /** Never rejects. */
  async tell({ found, quote, answer }: Ending): Promise<void> {
    const { theSwitch, desk } = this.around;
    const { notifies } = found.order.plan;
    const state = theSwitch.stateOf(found.transferId);
    if (!state) return;
    const body = {
      ...(notifies === 'without-record' ? {} : recordOf(found, quote, answer)),
      ...(notifies === 'error' ? failedNotification : notificationOf(state, desk.clock.now().toISOString())),
    };
    await this.connector.notify(pathOf(found), body, aboutOf(found, answer));
  }

  /**
   * The newer release asks the switch after every answer that it passed on, and tells what it hears. The older one
   * only passes on what the switch says by itself, which is nothing where the connector has already committed.
   */
  #isUsual(answer: TransferAnswer | undefined): boolean {
    if (!answer) return false;
    return this.around.settings.imitates !== '18.0.2' || answer.transferState === 'RESERVED';
  }
}

const pathOf = ({ transferId }: Found): string => `/transfers/${transferId}`;

const aboutOf = ({ transferId, order }: Found, answer: TransferAnswer | undefined): Subject => ({
  reference: answer ? [transferId, answer.homeTransactionId] : transferId,
  party: order.payee.idValue,
  amount: order.amount,
});
