import {
  type Collections,
  type EnquiryOutcome,
  NoAnswer,
  type Outcome,
  settle,
  settleEnquiry,
  type SubmittedOrder,
} from '#partner-kit';
import { toCustomer } from '../fspiop/names.js';
import { NOT_PAID_IN_TIME, reasonForRequest } from '../fspiop/requests-to-pay.js';
import { type OwnAccount } from '../fspiop/settings.js';
import { toOutcome } from './mojaloop-fspiop.acknowledgements.js';
import { type FspiopClient } from './mojaloop-fspiop.client.js';
import { isOverdue, lookUp, lookUpAgain, NEVER_ANSWERED } from './mojaloop-fspiop.lookups.js';
import { namesOf, type Terms } from './mojaloop-fspiop.offers.js';
import { askSwitch, transferTo } from './mojaloop-fspiop.receipts.js';
import { endOfRequest, payerOf, toRequestBody } from './mojaloop-fspiop.requests.js';
import { readMemo } from './mojaloop-fspiop.wire.js';

/**
 * Asks a payer at another institution of the scheme to pay into an account of ours: who is it, ask them. The money comes as
 * a transfer to that account, through our own door. Nothing moves by the request: until its money is announced, an enquiry
 * knows no more than the clock.
 */
export function fspiopCollections(client: FspiopClient, terms: Terms, into: OwnAccount): Collections {
  const ask = async (order: SubmittedOrder): Promise<Outcome> => {
    const { party: payer } = readMemo(order.memo);
    if (!payer) throw new TypeError('nothing was asked about the payer');
    const body = toRequestBody(order, payer, into, terms);
    const reply = await client.postTransactionRequest(body, payer.fspId);
    const outcome = { ...toOutcome(reply, reasonForRequest), ...namesOf(order) };
    return outcome.is === 'pending' ? { ...outcome, expiresAt: endOfRequest(order, terms) } : outcome;
  };
  return {
    methods: ['request'],
    paidInto: toCustomer({ idType: into.idType, idValue: into.idValue }, 'collectInto'),
    mayBePaid: (memo) => readMemo(memo).party !== undefined,
    // A payer who is asked twice may pay twice.
    resubmissionIsSafe: () => false,
    check: (order) => void payerOf(order),
    collect: (order) => settle(lookUp(client, order, payerOf(order)), (outcome) => outcome),
    confirm: (order) => settle(ask(order), (outcome) => outcome),
    enquire: (order) => settleEnquiry(enquire(client, order, terms), (outcome) => outcome),
  };
}

/** What the switch decided of its money; before any was announced, whether its time is over. */
async function enquire(client: FspiopClient, order: SubmittedOrder, terms: Terms): Promise<EnquiryOutcome> {
  const transfer = transferTo(order);
  if (transfer !== null) return askSwitch(client, terms.switchId, transfer);
  if (!readMemo(order.memo).party)
    return isOverdue(order, terms) ? NEVER_ANSWERED : lookUpAgain(client, order, payerOf(order));
  if (terms.clock.now() < endOfRequest(order, terms))
    return { is: 'unknown', cause: new NoAnswer('a request to pay is not asked about') };
  return { is: 'declined', ...NOT_PAID_IN_TIME, moneyMoved: 'no' };
}
