import { cut } from '#domain';
import {
  type EnquiryOutcome,
  NoAnswer,
  NotThereYet,
  type Receipts,
  settleEnquiry,
  type SubmittedOrder,
  UnmappedAnswer,
  type Unknown,
} from '#partner-kit';
import { TRANSFER_NOT_FOUND, wordOf } from '../fspiop/errors.js';
import { toAnswer } from './mojaloop-fspiop.acknowledgements.js';
import { type FspiopClient } from './mojaloop-fspiop.client.js';
import { requestIdOf } from './mojaloop-fspiop.requests.js';
import { type FspiopSettings } from './mojaloop-fspiop.settings.js';
import { type TransferBody } from './mojaloop-fspiop.wire.js';

type Terms = Pick<FspiopSettings, 'switchId' | 'switchNames'>;

export const fspiopReceipts = (client: FspiopClient, { switchId }: Terms): Receipts => ({
  enquire: (order) => settleEnquiry(ask(client, switchId, order), (outcome) => outcome),
});

async function ask(client: FspiopClient, switchId: string, order: SubmittedOrder): Promise<EnquiryOutcome> {
  const id = transferTo(order);
  return id === null ? puzzling('a receipt without the id of its transfer') : askSwitch(client, switchId, id);
}

/** What the switch decided of a transfer to us: its answer comes as a callback. @throws NotReached, NoAnswer */
export const askSwitch = async (
  client: FspiopClient,
  switchId: string,
  id: string,
): Promise<EnquiryOutcome> =>
  toAnswer(await client.getTransfer(id, switchId), { is: 'answerFollows', references: [id] });

/** The transfer that brings an operation its money; null: none was announced, or it is we who pay. */
export function transferTo(order: SubmittedOrder): string | null {
  switch (order.kind) {
    case 'receipt':
      return order.partnerReference;
    case 'payment':
      return order.references.find((reference) => reference !== requestIdOf(order)) ?? null;
    default:
      return null;
  }
}

const puzzling = (why: string): Unknown => ({ is: 'unknown', cause: new UnmappedAnswer(why) });

/** How a transfer to us has ended. That we have said yes is no end: only the switch's own word is. */
export const endOfReceipt =
  (id: string, { transferState }: TransferBody, { source }: { readonly source: string }) =>
  (order: SubmittedOrder, { switchNames }: Terms): EnquiryOutcome | null => {
    // Nobody is told in this way of what we pay ourselves, and a request to pay is no transfer.
    if (transferTo(order) !== id) return null;
    if (!switchNames.includes(source))
      return puzzling('somebody else than the switch says how a transfer ended');
    switch (transferState) {
      case 'COMMITTED':
      case 'SETTLED':
        return { is: 'succeeded', receipt: id };
      case 'RECEIVED':
      case 'RESERVED':
        return { is: 'pending' };
      case 'ABORTED': {
        const partner = wordOf('ABORTED', 'the switch has aborted the transfer');
        return { is: 'declined', reason: 'partner_rejected', partner, moneyMoved: 'no' };
      }
      default:
        return puzzling(`the switch says ${cut(transferState, 40)}`);
    }
  };

/** An error says of a question, or of our answer, that it was of no use; of the money it says nothing. */
export function troubleWithReceipt(code: string, description: string | null): Unknown {
  const cause =
    code === TRANSFER_NOT_FOUND
      ? new NotThereYet('the switch does not know the transfer')
      : new NoAnswer(`the switch says ${cut(code, 8)}`);
  return { is: 'unknown', cause, partner: wordOf(code, description ?? 'it says no more') };
}
