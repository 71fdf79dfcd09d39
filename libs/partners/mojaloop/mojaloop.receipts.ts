import {
  type Callbacks,
  type EnquiryOutcome,
  InboundRefused,
  NoAnswer,
  type Notice,
  type RawCallback,
  type Receipts,
  settleEnquiry,
  type SubmittedOrder,
  UnreadableCallback,
} from '#partner-kit';
import { REJECTED } from '../fspiop/requests-to-pay.js';
import { type MojaloopClient } from './mojaloop.client.js';
import { transferFor } from './mojaloop.collections.mapper.js';
import {
  readFinalState,
  readRequestState,
  readTransferRequest,
  segmentsOf,
} from './mojaloop.inbound.wire.js';
import { decideEnquiry } from './mojaloop.mapper.js';
import { puzzling } from './mojaloop.outcomes.js';
import { type MojaloopSettings } from './mojaloop.settings.js';
import { readAnswer } from './mojaloop.wire.js';

/** The payee's side of a transfer may ask the switch what it decided, as the payer's side may. */
export const mojaloopReceipts = (client: MojaloopClient): Receipts => ({
  enquire: (order) => settleEnquiry(ask(client, order), (outcome) => outcome),
});

async function ask(client: MojaloopClient, order: SubmittedOrder): Promise<EnquiryOutcome> {
  const { partnerReference: id } = order;
  return id === null ? puzzling('a receipt without the id of its transfer') : askSwitch(client, id);
}

/** What the switch decided of a transfer that was announced to us. @throws NotReached, NoAnswer */
export async function askSwitch(client: MojaloopClient, id: string): Promise<EnquiryOutcome> {
  const answer = readAnswer(await client.getTransfer(id));
  const decision = decideEnquiry(answer);
  switch (decision.is) {
    case 'succeeded':
      return { is: 'succeeded', receipt: id };
    case 'pending':
      return { is: 'pending' };
    case 'declined':
      return { ...decision, moneyMoved: 'no' };
    case 'unknown':
      return { is: 'unknown', cause: decision.cause };
    case 'notSent':
    case 'asks':
    case 'notThere':
      return { is: 'unknown', cause: new NoAnswer('the switch does not say what it decided') };
  }
}

/** News of what was announced to us: through the scheme adapter's own door only. */
export const mojaloopCallbacksTo = (us: Pick<MojaloopSettings['from'], 'fspId'>): Callbacks => ({
  strength: 'private_listener',
  verify: () => ({ is: 'authentic' }),
  answer: () => ({ status: 200, contentType: 'application/json', body: '{"status":"OK"}' }),
  read: (raw) => read(raw, segmentsOf(raw, us)),
});

function read(raw: RawCallback, [resource, id]: readonly string[]): readonly Notice[] {
  try {
    if (resource === 'requestToPay' && id) return [toldOfRequest(decodeURIComponent(id), raw)];
    if (resource !== 'transfers') throw new UnreadableCallback('it is about no transfer');
    if (raw.method === 'POST') return [announced(readTransferRequest(raw).transferId)];
    if (id === undefined || id === '') throw new UnreadableCallback('it names no transfer');
    return [told(decodeURIComponent(id), outcomeOf(readFinalState(raw), decodeURIComponent(id)))];
  } catch (error) {
    if (error instanceof InboundRefused || error instanceof URIError)
      throw new UnreadableCallback(error.message);
    throw error;
  }
}

const told = (id: string, outcome: EnquiryOutcome): Notice => ({
  is: 'outcome',
  about: { references: [id] },
  outcome,
});

/** That money is on its way to us says nothing yet of whether it comes; and where we have asked for it, nothing new. */
const announced = (id: string): Notice => ({
  is: 'reply',
  about: { references: [id] },
  outcomeFor: ({ kind }) => (kind === 'payment' ? null : { is: 'pending' }),
});

/**
 * What the payer, or their institution, says to a request of ours. That they agree moves nothing yet. Once the money is
 * announced neither counts: what we have said yes to, only the switch undoes.
 */
function toldOfRequest(id: string, raw: RawCallback): Notice {
  const { state, home } = readRequestState(raw);
  const names = { reference: id, references: [id] };
  const about = { ...(home === null ? {} : { operation: home }), references: [id] };
  return {
    is: 'reply',
    about,
    outcomeFor: ({ partnerReference, references }) => {
      const isAnnounced = transferFor({ partnerReference: partnerReference ?? id, references }) !== undefined;
      if (isAnnounced) return null;
      if (state !== 'REJECTED') return { is: 'pending', ...names };
      return { is: 'declined', ...REJECTED, ...names, moneyMoved: 'no' };
    },
  };
}

/** Only the switch's own word ends anything: a `currentState` of `ERROR_OCCURRED` is none. */
function outcomeOf(state: string | null, receipt: string): EnquiryOutcome {
  switch (state) {
    case 'COMMITTED':
    case 'SETTLED':
      return { is: 'succeeded', receipt };
    case 'ABORTED': {
      const partner = { code: 'ABORTED', message: 'the switch has aborted the transfer' };
      return { is: 'declined', reason: 'partner_rejected', partner, moneyMoved: 'no' };
    }
    case 'RECEIVED':
    case 'RESERVED':
      return { is: 'pending' };
    default:
      return { is: 'unknown', cause: new NoAnswer('the notification does not say what the switch decided') };
  }
}
