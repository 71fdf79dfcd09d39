import { type FastifyReply } from 'fastify';
import { formatCents } from './cents.js';
import { compactTime } from './eat.js';
import { type Body, matching, oneOf, shortCode, text, wholeShillings } from './fields.js';
import { type Gate } from './gate.js';
import { type InitiatorFlow, requireInitiatorFields } from './initiator-flow.js';
import { type Ledger, type Transaction } from './ledger.js';
import { payeeScript } from './magic.js';
import { aboutMovement, type Movement, movementWork } from './payout.js';
import { invalidField } from './refusal.js';
import { type Completion, type Parameter } from './result-message.js';

const taxAuthority = '572572';

interface Command {
  readonly isReferenceRequired: boolean;
  /** Digits of the only receiver it takes, where there is one. */
  readonly receiver?: string;
}

const businessCommands: Readonly<Record<string, Command>> = {
  BusinessPayBill: { isReferenceRequired: true },
  BusinessBuyGoods: { isReferenceRequired: false },
  BusinessPayToBulk: { isReferenceRequired: false },
};
const taxCommands: Readonly<Record<string, Command>> = {
  PayTaxToKRA: { isReferenceRequired: true, receiver: taxAuthority },
};

/** The bank pays another business out of its working account. No request names itself, so none is deduplicated. */
export class B2b {
  constructor(
    private readonly ledger: Ledger,
    private readonly flow: InitiatorFlow,
  ) {}

  mount(gate: Gate): void {
    gate.post('/mpesa/b2b/v1/paymentrequest', 'initiator', (body, reply) =>
      this.#pay(businessCommands, body, reply),
    );
    gate.post('/mpesa/b2b/v1/remittax', 'initiator', (body, reply) => this.#pay(taxCommands, body, reply));
  }

  async #pay(commands: Readonly<Record<string, Command>>, body: Body, reply: FastifyReply): Promise<unknown> {
    requireInitiatorFields(body, 'Initiator', ['Amount', 'PartyA', 'PartyB']);
    const command = commands[oneOf(body, 'CommandID', Object.keys(commands))];
    matching(body, 'SenderIdentifierType', /^[24]$/);
    matching(body, 'RecieverIdentifierType', /^[24]$/);
    const reference = text(body, 'AccountReference', command?.isReferenceRequired ? 1 : 0, 13);
    const occasion = text(body, 'Occassion', 0, 100);
    const receiver = shortCode(body, 'PartyB');
    if (command?.receiver !== undefined && receiver !== command.receiver) throw invalidField('PartyB');
    const organization = this.ledger.organization(shortCode(body, 'PartyA'));
    if (!organization) throw invalidField('PartyA');
    const movement: Movement = {
      kind: 'b2b',
      organization,
      party: receiver,
      cents: wholeShillings(body, 'Amount'),
      reference: reference || occasion || text(body, 'Remarks', 2, 100),
    };
    const job = {
      body,
      initiator: 'Initiator',
      shortCode: organization.number,
      script: payeeScript(receiver),
      style: { queue: 'b2b', asText: true },
      about: aboutMovement(movement),
    } as const;
    const move = (transaction: Transaction) => this.#move(transaction, reference, occasion);
    const begin = (conversation: Parameters<typeof movementWork>[2]) =>
      movementWork(this.ledger, movement, conversation, move);
    return this.flow.accept({ ...job, begin }, reply);
  }

  #move(transaction: Transaction, billReference: string, occasion: string): Completion {
    const { organization, party, cents } = transaction;
    const before = organization.balance('Working Account');
    const own = this.ledger.organization(party);
    const receipt = own
      ? this.ledger.moveInside(transaction, 'Working Account', own)
      : this.ledger.disburse(transaction, 'Working Account', 0n);
    const reference: readonly Parameter[] = [
      ...(billReference === '' ? [] : [['BillReferenceNumber', billReference] as const]),
      occasion === '' ? ['Occassion'] : ['Occassion', occasion],
    ];
    if (receipt === undefined) return { code: '1', parameters: failure(transaction), reference };
    const affected = [before, before - cents, cents, 0n].map(formatCents).join('|');
    return { code: '0', receipt, parameters: parameters(transaction, affected), reference };
  }
}

function parameters({ organization, cents, party, finalisedAt, initiatedAt }: Transaction, affected: string) {
  const balance = organization.amountLine('Working Account');
  return [
    ['DebitAccountBalance', balance],
    ['Amount', formatCents(cents)],
    ['DebitPartyAffectedAccountBalance', `Working Account|KES|${affected}`],
    ['TransCompletedTime', compactTime(finalisedAt ?? initiatedAt)],
    ['DebitPartyCharges', ''],
    ['ReceiverPartyPublicName', `${party} - Business ${party}`],
    ['Currency', 'KES'],
    ['InitiatorAccountCurrentBalance', balance],
  ] as const;
}

/** This product tells of the account even when it could not pay. */
function failure({ organization, initiatedAt }: Transaction): readonly Parameter[] {
  return [
    ['DebitAccountCurrentBalance', organization.amountLine('Working Account')],
    ['BOCompletedTime', compactTime(initiatedAt)],
  ];
}
