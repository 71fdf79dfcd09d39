import { type FastifyReply } from 'fastify';
import { formatCents } from './cents.js';
import { publicName } from './customers.js';
import { compactTime } from './eat.js';
import { type Body, matching, oneOf, shortCode, text, wholeShillings } from './fields.js';
import { type Gate } from './gate.js';
import { type InitiatorFlow, requireInitiatorFields } from './initiator-flow.js';
import { type Ledger, type Transaction } from './ledger.js';
import { reversalScript } from './magic.js';
import { aboutMovement, type Movement, movementWork } from './payout.js';
import { invalidField } from './refusal.js';
import { type Completion, type Conversation } from './result-message.js';

/** Gives a customer's payment back, whole. */
export class Reversals {
  constructor(
    private readonly ledger: Ledger,
    private readonly flow: InitiatorFlow,
  ) {}

  mount(gate: Gate): void {
    gate.post('/mpesa/reversal/v1/request', 'stk', (body, reply) => this.#reverse(body, reply));
  }

  async #reverse(body: Body, reply: FastifyReply): Promise<unknown> {
    requireInitiatorFields(body, 'Initiator', ['TransactionID', 'Amount', 'ReceiverParty']);
    oneOf(body, 'CommandID', ['TransactionReversal']);
    matching(body, 'RecieverIdentifierType', /^11$/);
    const receipt = text(body, 'TransactionID', 1, 20);
    const cents = wholeShillings(body, 'Amount');
    const organization = this.ledger.organization(shortCode(body, 'ReceiverParty'));
    if (!organization) throw invalidField('ReceiverParty');
    const original = this.ledger.byReceipt(receipt);
    const party = original?.kind === 'c2b' ? original.party : '';
    const reference = text(body, 'Occasion', 0, 100) || receipt;
    const movement: Movement = { kind: 'reversal', organization, party, cents, reference, original: receipt };
    return this.flow.accept(
      {
        body,
        initiator: 'Initiator',
        shortCode: organization.number,
        script: reversalScript(party),
        style: { queue: 'reversal' },
        about: aboutMovement(movement),
        begin: (conversation: Conversation) =>
          movementWork(this.ledger, movement, conversation, (transaction) =>
            this.#move(transaction, original),
          ),
      },
      reply,
    );
  }

  #move(transaction: Transaction, original: Transaction | undefined): Completion {
    if (original?.kind !== 'c2b' || original.organization !== transaction.organization)
      return { code: 'R000002' };
    if (original.isReversed) return { code: 'R000001' };
    if (original.cents !== transaction.cents) return { code: '25' };
    const receipt = this.ledger.reverse(transaction, original);
    if (receipt === undefined) return { code: '1' };
    const { organization, cents, party, finalisedAt, initiatedAt } = transaction;
    return {
      code: '0',
      receipt,
      parameters: [
        ['DebitAccountBalance', organization.accountLine(organization.receiving)],
        ['Amount', formatCents(cents)],
        ['TransCompletedTime', compactTime(finalisedAt ?? initiatedAt)],
        ['OriginalTransactionID', original.receipt],
        ['Charge', '0.00'],
        ['CreditPartyPublicName', publicName(party)],
        ['DebitPartyPublicName', organization.publicName],
      ],
    };
  }
}
