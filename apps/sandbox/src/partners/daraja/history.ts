import { randomUUID } from 'node:crypto';
import { type FastifyInstance } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { formatCents } from './cents.js';
import { nameOf, type SmsLog } from './customers.js';
import { pullTime, readLocalTime } from './eat.js';
import { type Body, matching, msisdn, oneOf, requireFields, url } from './fields.js';
import { type Gate } from './gate.js';
import { type Ledger, type Transaction } from './ledger.js';
import { type Organization } from './organization.js';
import { invalidField, Refusal } from './refusal.js';
import { statementCsv } from './statement.js';

const remembersMs = 48 * 3_600_000;
const pageRows = 100;

/** What happened, as the pull API and the organisation's portal tell it. */
export class History {
  readonly #registered = new Set<Organization>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly ledger: Ledger,
    private readonly sms: SmsLog,
  ) {}

  mount(gate: Gate, scope: FastifyInstance): void {
    gate.post('/pulltransactions/v1/register', 'pull', (body) => this.#register(body));
    gate.post('/pulltransactions/v1/query', 'pull', (body) => this.#query(body));
    const config = { outsideProtocol: true };
    scope.get('/_sim/sms', { config }, () => ({ messages: this.sms.messages() }));
    scope.get('/_sim/statement', { config }, (request, reply) => {
      const { shortCode = '' } = request.query as Readonly<Record<string, string | undefined>>;
      const organization = this.#own({ ShortCode: shortCode });
      const csv = statementCsv(organization, this.ledger.completedOf(organization));
      return reply.type('text/csv; charset=utf-8').send(csv);
    });
  }

  forget(): void {
    this.#registered.clear();
  }

  #register(body: Body): unknown {
    requireFields(body, ['ShortCode', 'RequestType', 'NominatedNumber', 'CallBackURL']);
    oneOf(body, 'RequestType', ['Pull']);
    msisdn(body, 'NominatedNumber');
    url(body, 'CallBackURL');
    const organization = this.#own(body);
    const isNew = !this.#registered.has(organization);
    this.#registered.add(organization);
    return {
      ResponseRefID: randomUUID(),
      ResponseStatus: isNew ? '1000' : '1001',
      ShortCode: organization.number,
      ResponseDescription: isNew ? 'Shortcode Registered Successfully' : 'Shortcode already Registered',
    };
  }

  #query(body: Body): unknown {
    requireFields(body, ['ShortCode', 'StartDate', 'EndDate', 'OffSetValue']);
    const organization = this.#own(body);
    const from = localTime(body, 'StartDate');
    const to = localTime(body, 'EndDate');
    const offset = Number(matching(body, 'OffSetValue', /^\d{1,7}$/));
    const oldest = new Date(this.clock.now().getTime() - remembersMs);
    const rows = this.#registered.has(organization)
      ? this.ledger
          .completedOf(organization)
          .filter((transaction) => isCustomerPayment(transaction, from > oldest ? from : oldest, to))
          .slice(offset, offset + pageRows)
      : [];
    return rows.length === 0 ? nothingFound() : found(rows);
  }

  #own(body: Body): Organization {
    const organization = this.ledger.organization(matching(body, 'ShortCode', /^\d{5,7}$/));
    if (!organization) throw new Refusal(400, '400.001', 'Invalid ShortCode');
    return organization;
  }
}

function localTime(body: Body, field: string): Date {
  const at = readLocalTime(matching(body, field, /^.{19}$/));
  if (!at) throw invalidField(field);
  return at;
}

function isCustomerPayment({ kind, finalisedAt }: Transaction, from: Date, to: Date): boolean {
  return kind === 'c2b' && finalisedAt !== undefined && finalisedAt >= from && finalisedAt <= to;
}

const nothingFound = () => ({
  RequestID: randomUUID(),
  ResponseCode: '1001',
  ResponseMessage: 'No records found or Organization Name not available',
});

/** The list is nested twice, and its keys are in lower case. */
const found = (rows: readonly Transaction[]) => ({
  ResponseRefID: randomUUID(),
  ResponseCode: '1000',
  ResponseMessage: 'Success',
  Response: [rows.map(pullRow)],
});

function pullRow({ receipt, finalisedAt, initiatedAt, party, organization, reference, cents }: Transaction) {
  return {
    transactionId: receipt,
    trxDate: pullTime(finalisedAt ?? initiatedAt),
    msisdn: Number(party.slice(3)),
    sender: nameOf(party).first,
    transactiontype: organization.kind === 'store' ? 'c2b-buy-goods-debit' : 'c2b-pay-bill-debit',
    billreference: reference,
    amount: formatCents(cents),
    organizationname: organization.name,
  };
}
