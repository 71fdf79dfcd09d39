import { type Subject } from '../../kit/faults.js';
import { formatShillings } from './cents.js';
import { type Work } from './initiator-flow.js';
import { type Ledger, type NewTransaction, type Transaction } from './ledger.js';
import { isTraceless } from './magic.js';
import { type Completion, type Conversation } from './result-message.js';

/** The part of a movement that is known before its request has names. */
export type Movement = Omit<
  NewTransaction,
  'conversationId' | 'originatorConversationId' | 'partnerReference'
>;

/** Opens the movement in the ledger and leaves it to `move` to make it happen. */
export function movementWork(
  ledger: Ledger,
  movement: Movement,
  { conversationId, originatorId }: Conversation,
  move: (transaction: Transaction) => Completion,
): Work {
  const transaction = ledger.open({
    ...movement,
    partnerReference: conversationId,
    conversationId,
    originatorConversationId: originatorId,
  });
  const decline = (code: string) => {
    if (isTraceless(code)) ledger.erase(transaction);
    else ledger.close(transaction, 'Declined');
  };
  return {
    run: () => {
      const completion = move(transaction);
      if (completion.code !== '0') decline(completion.code);
      return completion;
    },
    decline,
    drop: (trace) => {
      if (trace) ledger.close(transaction, 'Expired');
      else ledger.erase(transaction);
    },
  };
}

export const aboutMovement = ({ reference, party, cents }: Movement): Subject => ({
  reference,
  party,
  amount: formatShillings(cents),
});
