import {
  type Collections,
  type EnquiryOutcome,
  NoAnswer,
  type Order,
  type Outcome,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { type MojaloopClient } from './mojaloop.client.js';
import {
  decideRequest,
  type RequestTerms,
  toRequestOutcome,
  transferFor,
} from './mojaloop.collections.mapper.js';
import { readRequestAnswer } from './mojaloop.collections.wire.js';
import { toCustomer } from '../fspiop/names.js';
import { NOT_PAID_IN_TIME } from '../fspiop/requests-to-pay.js';
import { puzzling } from './mojaloop.outcomes.js';
import { askSwitch } from './mojaloop.receipts.js';
import { payerOf, toRequestToPayBody } from './mojaloop.requests.js';
import { type MojaloopSettings } from './mojaloop.settings.js';

/**
 * Asks a payer at another institution of the scheme to pay into an account of ours. The money comes as a payment to that
 * account, through the scheme adapter's own door. Nothing moves by the request, and nothing can be asked about it: until
 * its money is announced, an enquiry knows no more than the clock.
 */
export function mojaloopCollections(
  client: MojaloopClient,
  terms: RequestTerms,
  collectInto: NonNullable<MojaloopSettings['collectInto']>,
): Collections {
  const body = (order: Order) => toRequestToPayBody(order, terms, collectInto);
  const take = (order: Order, isConfirmed: boolean, reply: Parameters<typeof readRequestAnswer>[0]) => {
    const answer = readRequestAnswer(reply);
    return toRequestOutcome(decideRequest(answer, terms, isConfirmed), answer, order, terms);
  };
  const confirm = async (order: SubmittedOrder): Promise<Outcome> => {
    const { partnerReference: id } = order;
    if (id === null) return puzzling('a question of a request to pay without its id');
    return take(order, true, await client.acceptRequestToPay(id));
  };
  return {
    methods: ['request'],
    paidInto: toCustomer({ idType: collectInto.idType, idValue: collectInto.idValue }, 'collectInto'),
    // A payer who is asked twice may pay twice.
    resubmissionIsSafe: () => false,
    check: (order) => void payerOf(order),
    collect: (order) => settle(client.postRequestToPay(body(order)), (reply) => take(order, false, reply)),
    // The older release stops at the party as well, and knows no yes to it.
    ...(terms.requestToPay.release === '18.0.2'
      ? {}
      : { confirm: (order: SubmittedOrder) => settle(confirm(order), (outcome) => outcome) }),
    enquire: (order) => settleEnquiry(ask(client, order, terms), (outcome) => outcome),
  };
}

/** What the switch decided of its money; before any was announced, whether the payer's time is over. */
async function ask(
  client: MojaloopClient,
  order: SubmittedOrder,
  { clock, requestToPay: { openForMs } }: RequestTerms,
): Promise<EnquiryOutcome> {
  const transfer = transferFor(order);
  if (transfer !== undefined) return askSwitch(client, transfer);
  const age = clock.now().getTime() - (order.submittedAt ?? order.createdAt).getTime();
  if (age < openForMs)
    return { is: 'unknown', cause: new NoAnswer('a request to pay cannot be asked about') };
  return { is: 'declined', ...NOT_PAID_IN_TIME, moneyMoved: 'no' };
}
