import { z } from 'zod';
import { type SandboxClock } from '../../kit/clock.js';
import { type Delivery } from '../../kit/courier.js';
import { formatCents, parseCents } from './cents.js';
import { aboutPayment, type Confirmations, notification } from './confirmations.js';
import { type SmsLog } from './customers.js';
import { newReceipt } from './ids.js';
import { type Ledger, type Transaction } from './ledger.js';
import { type Messenger } from './messenger.js';
import { type Organization } from './organization.js';
import { type DarajaSettings } from './settings.js';

export interface CustomerPayment {
  readonly organization: Organization;
  readonly msisdn: string;
  readonly cents: bigint;
  readonly billRef: string;
}

export type PaymentEnd =
  | { readonly receipt: string; readonly rejected: null }
  | { readonly receipt: null; readonly rejected: string };

const wholeAmount = /^[1-9]\d{0,5}(\.00?)?$/;

/** `POST /control/partners/{id}/receipts` */
const ReceiptOrder = z.strictObject({
  amount: z.union([z.string().regex(wholeAmount), z.int().min(1).max(250_000).transform(String)]),
  msisdn: z
    .string()
    .regex(/^254[17]\d{8}$/)
    .default('254712000345'),
  billRef: z.string().max(20).default(''),
  shortCode: z.string().optional(),
});

const Verdict = z.object({
  ResultCode: z.union([z.string(), z.number()]).transform(String),
  ThirdPartyTransID: z.string().nullish(),
});

/** The words that a payer reads when a payment is refused. */
const rejections: Readonly<Record<string, string>> = {
  C2B00011: 'the phone number is invalid',
  C2B00012: 'the account number is invalid',
  C2B00013: 'the amount is invalid',
  C2B00014: 'the KYC details are invalid',
  C2B00015: 'the short code is invalid',
  C2B00016: 'of another error',
};

/** Customers who pay a paybill or till of their own accord. */
export class PaidIn {
  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly ledger: Ledger,
    private readonly messenger: Messenger,
    private readonly confirmations: Confirmations,
    private readonly sms: SmsLog,
  ) {}

  /** @throws ZodError naming the field */
  async receive(body: unknown): Promise<PaymentEnd> {
    const order = ReceiptOrder.parse(body);
    return this.pay({
      organization: this.#organization(order.shortCode),
      msisdn: order.msisdn,
      cents: parseCents(order.amount),
      billRef: order.billRef,
    });
  }

  /** Asks the bank first where it is asked, then moves the money, then tells. */
  async pay({ organization, msisdn, cents, billRef }: CustomerPayment): Promise<PaymentEnd> {
    const receipt = newReceipt(this.clock.now());
    const payment = this.ledger.open({
      kind: 'c2b',
      organization,
      party: msisdn,
      cents,
      reference: billRef,
      partnerReference: receipt,
      receipt,
    });
    const { code, thirdPartyId } = await this.#validate(payment, billRef);
    if (code !== '0') return this.#reject(payment, code);
    this.ledger.collect(payment, 'receipt');
    this.#text(payment, `Confirmed. KES ${formatCents(cents)} paid to ${organization.name}`);
    this.clock.after(this.settings.callbackDelayMs, () =>
      this.confirmations.send(payment, billRef, thirdPartyId),
    );
    return { receipt, rejected: null };
  }

  async #validate(payment: Transaction, billRef: string): Promise<{ code: string; thirdPartyId: string }> {
    const { organization } = payment;
    const { urls } = organization;
    if (!urls || !this.settings.externalValidation) return { code: '0', thirdPartyId: '' };
    const message = notification(payment, billRef, urls);
    const delivery = await this.messenger.ask(
      urls.validationUrl,
      organization.number,
      message,
      aboutPayment(payment),
    );
    const verdict = readVerdict(delivery);
    if (!verdict) return { code: urls.responseType === 'Completed' ? '0' : 'C2B00016', thirdPartyId: '' };
    const isAccepted = /^0+$/.test(verdict.ResultCode);
    return {
      code: isAccepted ? '0' : verdict.ResultCode,
      thirdPartyId: verdict.ThirdPartyTransID ?? '',
    };
  }

  #reject(payment: Transaction, code: string): PaymentEnd {
    this.ledger.close(payment, 'Declined');
    this.#text(payment, `Failed because ${rejections[code] ?? 'it was refused'}. You were not charged.`);
    return { receipt: null, rejected: code };
  }

  #text({ party, receipt }: Transaction, words: string): void {
    this.sms.send(party, `${receipt ?? ''} ${words}`, this.clock.now());
  }

  /** @throws ZodError when it is none of ours */
  #organization(shortCode: string | undefined): Organization {
    const [first] = this.settings.shortCodes.filter(({ kind }) => kind !== 'bulk');
    const organization = this.ledger.organization(shortCode ?? first?.number ?? '');
    if (organization) return organization;
    throw new z.ZodError([
      { code: 'custom', path: ['shortCode'], message: 'not a short code of this partner', input: shortCode },
    ]);
  }
}

/** Undefined unless it is a clear yes or no: then ResponseType decides. */
function readVerdict(delivery: Delivery): z.infer<typeof Verdict> | undefined {
  if (!delivery.answered || delivery.status < 200 || delivery.status > 299) return undefined;
  try {
    return Verdict.parse(JSON.parse(delivery.body));
  } catch {
    return undefined;
  }
}
