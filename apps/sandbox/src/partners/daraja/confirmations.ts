import { createHash } from 'node:crypto';
import { type Subject } from '../../kit/faults.js';
import { formatCents, formatShillings } from './cents.js';
import { nameOf } from './customers.js';
import { compactTime } from './eat.js';
import { type Transaction } from './ledger.js';
import { type Messenger } from './messenger.js';
import { type NotificationUrls } from './organization.js';

/** Tells a paybill or till of a payment that was made. */
export class Confirmations {
  constructor(private readonly messenger: Messenger) {}

  /** Silent when no URL is registered. */
  async send(payment: Transaction, billRef: string, thirdPartyId: string): Promise<unknown> {
    const { organization } = payment;
    if (!organization.urls) return undefined;
    const message = {
      ...notification(payment, billRef, organization.urls),
      OrgAccountBalance: formatCents(payment.balanceAfter ?? 0n),
      ThirdPartyTransID: thirdPartyId,
    };
    const url = organization.urls.confirmationUrl;
    return this.messenger.send(url, organization.number, message, aboutPayment(payment));
  }
}

/** The body that validation and confirmation share. The version of the registration hides the payer. */
export function notification(payment: Transaction, billRef: string, urls: NotificationUrls): object {
  const { organization, party, receipt, cents, initiatedAt, finalisedAt } = payment;
  const { first } = nameOf(party);
  return {
    TransactionType: organization.kind === 'store' ? 'Buy Goods' : 'Pay Bill',
    TransID: receipt,
    TransTime: compactTime(finalisedAt ?? initiatedAt),
    TransAmount: formatCents(cents),
    BusinessShortCode: organization.number,
    BillRefNumber: billRef,
    InvoiceNumber: '',
    OrgAccountBalance: '',
    ThirdPartyTransID: '',
    MSISDN: urls.version === 'v1' ? createHash('sha256').update(party).digest('hex') : masked(party),
    FirstName: first,
    MiddleName: '',
    LastName: '',
  };
}

export function aboutPayment({ reference, receipt, party, cents }: Transaction): Subject {
  return {
    reference: receipt === undefined ? reference : [reference, receipt],
    party,
    amount: formatShillings(cents),
  };
}

const masked = (msisdn: string): string => `${msisdn.slice(0, 4)} ***** ${msisdn.slice(-3)}`;
