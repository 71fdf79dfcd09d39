import { type Courier } from '../../kit/courier.js';
import {
  type Body,
  msisdn,
  notificationUrl,
  oneOf,
  requireFields,
  shortCode,
  text,
  wholeShillings,
} from './fields.js';
import { type Gate } from './gate.js';
import { newRequestId } from './ids.js';
import { type Ledger } from './ledger.js';
import { type NotificationUrls, type Organization } from './organization.js';
import { type PaidIn } from './paid-in.js';
import { invalidField, Refusal } from './refusal.js';
import { type DarajaSettings } from './settings.js';

const commands = ['CustomerPayBillOnline', 'CustomerBuyGoodsOnline'] as const;

/** Registration of a paybill's or till's URLs, and the sandbox's own way to play a customer. */
export class C2b {
  constructor(
    private readonly settings: DarajaSettings,
    private readonly courier: Courier,
    private readonly ledger: Ledger,
    private readonly paidIn: PaidIn,
  ) {}

  mount(gate: Gate): void {
    for (const version of ['v1', 'v2'] as const) {
      gate.post(`/mpesa/c2b/${version}/registerurl`, 'c2b', (body) => this.#register(body, version));
      gate.post(`/mpesa/c2b/${version}/simulate`, 'c2b', (body) => this.#simulate(body));
    }
  }

  #register(body: Body, version: NotificationUrls['version']): unknown {
    requireFields(body, ['ShortCode', 'ResponseType', 'ConfirmationURL', 'ValidationURL']);
    const organization = this.#own(body);
    const urls: NotificationUrls = {
      version,
      responseType: oneOf(body, 'ResponseType', ['Completed', 'Cancelled']),
      confirmationUrl: notificationUrl(body, 'ConfirmationURL'),
      validationUrl: notificationUrl(body, 'ValidationURL'),
    };
    if (organization.urls && this.settings.registerOnce) {
      throw new Refusal(500, '500.003.1001', 'Urls are already registered.');
    }
    organization.urls = urls;
    return {
      OriginatorCoversationID: newRequestId(),
      ResponseCode: version === 'v1' ? '0' : '00000000',
      ResponseDescription: 'Success',
    };
  }

  async #simulate(body: Body): Promise<unknown> {
    requireFields(body, ['ShortCode', 'CommandID', 'Amount', 'Msisdn']);
    const organization = this.#own(body);
    const isPayBill = oneOf(body, 'CommandID', commands) === 'CustomerPayBillOnline';
    if (isPayBill !== (organization.kind !== 'store')) throw invalidField('CommandID');
    const payment = {
      organization,
      cents: wholeShillings(body, 'Amount', 250_000n),
      msisdn: msisdn(body, 'Msisdn'),
      billRef: text(body, 'BillRefNumber', isPayBill ? 1 : 0, 20),
    };
    const about = { reference: payment.billRef, party: payment.msisdn };
    await this.courier.schedule(about, this.settings.callbackDelayMs, () => this.paidIn.pay(payment));
    return {
      OriginatorCoversationID: newRequestId(),
      ResponseCode: '0',
      ResponseDescription: 'Accept the service request successfully.',
    };
  }

  #own(body: Body): Organization {
    const organization = this.ledger.organization(shortCode(body, 'ShortCode'));
    if (!organization) throw new Refusal(400, '400.003.02', 'Bad Request - Kindly use your own ShortCode');
    return organization;
  }
}
