import { type FastifyReply } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { formatCents, formatShillings } from './cents.js';
import { publicName } from './customers.js';
import { compactTime } from './eat.js';
import { type Body, matching, oneOf, shortCode, text } from './fields.js';
import { type Gate } from './gate.js';
import { type InitiatorFlow, type Job, requireInitiatorFields } from './initiator-flow.js';
import { type Ledger, type Transaction } from './ledger.js';
import { type Organization } from './organization.js';
import { invalidField } from './refusal.js';
import { type Completion, type Parameter, type ResultStyle } from './result-message.js';

const reasons = {
  b2c: 'Business Payment to Customer via API',
  b2b: 'Business Pay Bill via API',
  c2b: 'Pay Bill Online',
  reversal: 'Transaction Reversal via API',
} as const;

/** Questions about the past and the present: transaction status and account balance. */
export class Enquiries {
  constructor(
    private readonly clock: SandboxClock,
    private readonly ledger: Ledger,
    private readonly flow: InitiatorFlow,
  ) {}

  mount(gate: Gate): void {
    gate.post('/mpesa/transactionstatus/v1/query', 'c2b', (body, reply) => this.#status(body, reply));
    gate.post('/mpesa/accountbalance/v1/query', 'initiator', (body, reply) => this.#balance(body, reply));
  }

  async #status(body: Body, reply: FastifyReply): Promise<unknown> {
    requireInitiatorFields(body, 'Initiator', ['PartyA', 'IdentifierType']);
    oneOf(body, 'CommandID', ['TransactionStatusQuery']);
    matching(body, 'IdentifierType', /^[124]$/);
    const receipt = text(body, 'TransactionID', 0, 20);
    const conversation = text(body, 'OriginalConversationID', 0, 128);
    if (receipt === '' && conversation === '') throw invalidField('TransactionID');
    const organization = this.#own(body);
    const occasion = text(body, 'Occasion', 0, 100);
    const job = this.#job(body, organization, { queue: 'transactionstatus' }, receipt || conversation, () => {
      const found =
        receipt === '' ? this.ledger.byConversation(conversation) : this.ledger.byReceipt(receipt);
      if (found?.organization !== organization) return { code: receipt === '' ? '2033' : '2032' };
      const reference: Parameter = occasion === '' ? ['Occasion'] : ['Occasion', occasion];
      return { code: '0', parameters: describe(found), reference: [reference] };
    });
    return this.flow.accept(job, reply);
  }

  async #balance(body: Body, reply: FastifyReply): Promise<unknown> {
    requireInitiatorFields(body, 'Initiator', ['PartyA', 'IdentifierType']);
    oneOf(body, 'CommandID', ['AccountBalance']);
    matching(body, 'IdentifierType', /^[24]$/);
    const organization = this.#own(body);
    const style = { queue: 'accountbalance', asText: true };
    const job = this.#job(body, organization, style, '', () => ({
      code: '0',
      parameters: [
        ['AccountBalance', organization.balanceLine()],
        ['BOCompletedTime', compactTime(this.clock.now())],
      ],
    }));
    return this.flow.accept(job, reply);
  }

  #own(body: Body): Organization {
    const organization = this.ledger.organization(shortCode(body, 'PartyA'));
    if (!organization) throw invalidField('PartyA');
    return organization;
  }

  #job(
    body: Body,
    { number }: Organization,
    style: ResultStyle,
    reference: string,
    look: () => Completion,
  ): Job {
    return {
      body,
      initiator: 'Initiator',
      shortCode: number,
      script: { result: '0' },
      style,
      about: { reference, party: number },
      begin: () => ({ run: look, decline: () => undefined, drop: () => undefined }),
    };
  }
}

/** Who paid whom, and how far it got. */
function describe(transaction: Transaction): readonly Parameter[] {
  const { kind, cents, status, initiatedAt, finalisedAt, receipt, organization, fee } = transaction;
  const [debit, credit] = parties(transaction);
  const account =
    kind === 'b2c' ? 'Utility Account' : kind === 'b2b' ? 'Working Account' : organization.receiving;
  return [
    ['DebitPartyName', debit],
    ['CreditPartyName', credit],
    optional('OriginatorConversationID', transaction.originatorConversationId),
    ['InitiatedTime', compactTime(initiatedAt)],
    ['DebitAccountType', kind === 'c2b' ? 'MMF Account For Customer' : account],
    optional('DebitPartyCharges', fee ? `Fee For B2C Payment|KES|${formatCents(fee)}` : undefined),
    ['TransactionReason'],
    ['ReasonType', reasons[kind]],
    ['TransactionStatus', status],
    optional('FinalisedTime', finalisedAt && compactTime(finalisedAt)),
    ['Amount', formatShillings(cents)],
    optional('ConversationID', transaction.conversationId),
    optional('ReceiptNo', receipt),
  ];
}

function parties({ kind, organization, party }: Transaction): readonly [debit: string, credit: string] {
  const ours = organization.publicName;
  const theirs = kind === 'b2b' ? `${party} - Business ${party}` : publicName(party);
  return kind === 'c2b' ? [theirs, ours] : [ours, theirs];
}

const optional = (key: string, value: string | undefined): Parameter =>
  value === undefined ? [key] : [key, value];
