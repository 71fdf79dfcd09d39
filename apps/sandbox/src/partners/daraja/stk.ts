import { type FastifyReply } from 'fastify';
import {
  type Body,
  matching,
  msisdn,
  oneOf,
  requireFields,
  shortCode,
  text,
  url,
  wholeShillings,
} from './fields.js';
import { type Gate, internalError } from './gate.js';
import { type Ledger } from './ledger.js';
import { payerScript } from './magic.js';
import { type Organization } from './organization.js';
import { type Prompt, type PromptOrder } from './prompt.js';
import { type Prompts } from './prompts.js';
import { subscriberLocked, unknownMerchant, wrongCredentials } from './refusal.js';
import { type DarajaSettings } from './settings.js';

const required = [
  ...['BusinessShortCode', 'Password', 'Timestamp', 'TransactionType', 'Amount', 'PartyA', 'PartyB'],
  ...['PhoneNumber', 'CallBackURL', 'AccountReference'],
];
const transactionTypes = ['CustomerPayBillOnline', 'CustomerBuyGoodsOnline'] as const;
const accepted = 'Success. Request accepted for processing';

/** Lipa na M-Pesa Online: a prompt on the payer's phone. */
export class StkPush {
  constructor(
    private readonly settings: DarajaSettings,
    private readonly ledger: Ledger,
    private readonly prompts: Prompts,
  ) {}

  mount(gate: Gate): void {
    gate.post('/mpesa/stkpush/v1/processrequest', 'stk', (body, reply) => this.#push(body, reply));
  }

  async #push(body: Body, reply: FastifyReply): Promise<unknown> {
    requireFields(body, required);
    const order = this.#read(body, checkPassword(body, this.ledger, this.settings));
    const { answer, result } = order.script;
    if (answer === 'locked' || this.prompts.isOpenFor(order.msisdn)) throw subscriberLocked();
    if (answer === 'refused')
      return { ResponseCode: '1', ResponseDescription: 'Rejected', ResultCode: result };
    const prompt = await this.prompts.show(order);
    switch (answer) {
      case 'hang':
        return reply.hijack();
      case 'error':
        throw internalError();
      default:
        return acknowledge(prompt);
    }
  }

  /** Looks at type, amount, phone, address and texts, in this order. */
  #read(body: Body, organization: Organization): PromptOrder {
    const type = oneOf(body, 'TransactionType', transactionTypes);
    const cents = wholeShillings(body, 'Amount', 250_000n);
    msisdn(body, 'PartyA');
    const payer = msisdn(body, 'PhoneNumber');
    const receiver = shortCode(body, 'PartyB');
    const callbackUrl = url(body, 'CallBackURL');
    const reference = text(body, 'AccountReference', 1, 12);
    text(body, 'TransactionDesc', 0, 13);
    const doomed = this.#doom(type, organization, receiver);
    return { organization, msisdn: payer, cents, callbackUrl, reference, doomed, script: payerScript(payer) };
  }

  /** A receiver that does not fit the product is accepted now and fails on the phone. */
  #doom(
    type: (typeof transactionTypes)[number],
    organization: Organization,
    receiver: string,
  ): string | undefined {
    if (!this.ledger.organization(receiver)) return 'SFC_IC0003';
    const fits =
      type === 'CustomerPayBillOnline'
        ? organization.kind === 'paybill' && receiver === organization.number
        : organization.kind === 'store' && receiver === organization.till;
    return fits ? undefined : '2028';
  }
}

function acknowledge({ merchantId, checkoutId }: Prompt): unknown {
  return {
    MerchantRequestID: merchantId,
    CheckoutRequestID: checkoutId,
    ResponseCode: '0',
    ResponseDescription: accepted,
    CustomerMessage: accepted,
  };
}

/**
 * The organisation that asks, by the number it was set up with.
 * @throws Refusal when the password is not short code + passkey + this very timestamp
 */
export function checkPassword(body: Body, ledger: Ledger, { passkey }: DarajaSettings): Organization {
  const number = shortCode(body, 'BusinessShortCode');
  const timestamp = matching(body, 'Timestamp', /^20\d{12}$/);
  const organization = ledger.organization(number);
  if (organization?.number !== number) throw unknownMerchant();
  const password = Buffer.from(number + passkey + timestamp).toString('base64');
  if (body['Password'] !== password) throw wrongCredentials();
  return organization;
}
