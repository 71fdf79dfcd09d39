import { type FastifyReply } from 'fastify';
import { plainNumber, decimalNumber } from './cents.js';
import { publicName } from './customers.js';
import { dottedTime } from './eat.js';
import { type Body, msisdn, oneOf, shortCode, text, wholeShillings } from './fields.js';
import { type Gate } from './gate.js';
import { type InitiatorFlow, type Job, requireInitiatorFields } from './initiator-flow.js';
import { feeOf, type Ledger, type Transaction } from './ledger.js';
import { payeeScript } from './magic.js';
import { type Organization } from './organization.js';
import { aboutMovement, type Movement, movementWork } from './payout.js';
import { duplicateConversation, invalidField } from './refusal.js';
import { type Completion, type Parameter } from './result-message.js';
import { type DarajaSettings } from './settings.js';

const commands = ['BusinessPayment', 'SalaryPayment', 'PromotionPayment'] as const;
const least = 1_000n;
const most = 25_000_000n;

interface Product {
  readonly path: string;
  readonly commands: readonly string[];
  /** Whether the caller names the request, and may name each only once. */
  readonly isNamed: boolean;
}

const products: readonly Product[] = [
  { path: '/mpesa/b2c/v3/paymentrequest', commands, isNamed: true },
  { path: '/mpesa/b2c/v1/paymentrequest', commands, isNamed: false },
  { path: '/mpesa/b2pochi/v1/paymentrequest', commands: ['BusinessPayToPochi'], isNamed: true },
];

/** The bank pays a customer out of its utility account. */
export class B2c {
  readonly #names = new Set<string>();
  readonly #fee: bigint;

  constructor(
    settings: DarajaSettings,
    private readonly ledger: Ledger,
    private readonly flow: InitiatorFlow,
  ) {
    this.#fee = feeOf(settings);
  }

  mount(gate: Gate): void {
    for (const product of products) {
      gate.post(product.path, 'initiator', (body, reply) => this.#pay(product, body, reply));
    }
  }

  forget(): void {
    this.#names.clear();
  }

  async #pay(product: Product, body: Body, reply: FastifyReply): Promise<unknown> {
    const names = product.isNamed ? ['OriginatorConversationID'] : [];
    requireInitiatorFields(body, 'InitiatorName', [...names, 'Amount', 'PartyA', 'PartyB']);
    oneOf(body, 'CommandID', product.commands);
    text(body, 'Occassion', 0, 100);
    text(body, 'Occasion', 0, 100);
    const name = product.isNamed ? text(body, 'OriginatorConversationID', 1, 128) : undefined;
    const payee = msisdn(body, 'PartyB');
    const cents = wholeShillings(body, 'Amount');
    const payerNumber = shortCode(body, 'PartyA');
    const organization = this.ledger.organization(payerNumber);
    if (!organization) throw invalidField('PartyA');
    const reference = name ?? text(body, 'Remarks', 2, 100);
    const movement: Movement = { kind: 'b2c', organization, party: payee, cents, reference };
    if (name !== undefined && this.#names.has(name)) throw duplicateConversation();
    return this.flow.accept(this.#job(body, movement, name), reply);
  }

  #job(body: Body, movement: Movement, name: string | undefined): Job {
    return {
      body,
      initiator: 'InitiatorName',
      ...(name !== undefined && { originatorId: name }),
      shortCode: movement.organization.number,
      script: payeeScript(movement.party),
      style: { queue: 'b2c' },
      about: aboutMovement(movement),
      begin: (conversation) => {
        if (name !== undefined) this.#names.add(name);
        return movementWork(this.ledger, movement, conversation, (transaction) => this.#move(transaction));
      },
    };
  }

  #move(transaction: Transaction): Completion {
    const { organization, cents } = transaction;
    if (organization.kind === 'store') return { code: '2028' };
    if (cents < least) return { code: '2' };
    if (cents > most) return { code: '3' };
    const receipt = this.ledger.disburse(transaction, 'Utility Account', this.#fee);
    return receipt === undefined
      ? { code: '1' }
      : { code: '0', receipt, parameters: parameters(transaction, organization, receipt) };
  }
}

function parameters(
  { cents, party, finalisedAt, initiatedAt }: Transaction,
  organization: Organization,
  receipt: string,
): readonly Parameter[] {
  return [
    ['TransactionAmount', plainNumber(cents)],
    ['TransactionReceipt', receipt],
    ['ReceiverPartyPublicName', publicName(party)],
    ['TransactionCompletedDateTime', dottedTime(finalisedAt ?? initiatedAt)],
    ['B2CUtilityAccountAvailableFunds', decimalNumber(organization.balance('Utility Account'))],
    ['B2CWorkingAccountAvailableFunds', decimalNumber(organization.balance('Working Account'))],
    ['B2CRecipientIsRegisteredCustomer', 'Y'],
    ['B2CChargesPaidAccountAvailableFunds', decimalNumber(organization.balance('Charges Paid Account'))],
  ];
}
