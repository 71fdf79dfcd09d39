import { type EnquiryOutcome, settleEnquiry, type SubmittedOrder, type Unknown } from '#partner-kit';
import { type DarajaClient } from './daraja.client.js';
import { type Initiator, type ResultUrls, toStatusBody, type Trace } from './daraja.mapper.js';
import { questionOutcome } from './daraja.outcomes.js';

/** `received`: into our own account, which the answer then has to name. */
type Direction = 'sent' | 'received';

export interface StatusQuestion {
  /** The account of ours that the money went through. */
  readonly shortCode: string;
  readonly direction: Direction;
  /** Null where the partner never gave anything to ask by. */
  readonly trace: Trace | null;
}

/** Asks for the status of a transaction; the answer comes as a result of its own. */
export class StatusQuestions {
  constructor(
    private readonly client: DarajaClient,
    private readonly initiator: Initiator,
    private readonly callbackUrl: (path: string) => string,
  ) {}

  async ask(order: SubmittedOrder, { shortCode, direction, trace }: StatusQuestion): Promise<EnquiryOutcome> {
    if (!trace) return nothingToAskBy();
    const body = toStatusBody(trace, shortCode, this.initiator, this.urls(order.id, direction));
    return settleEnquiry(this.client.post('transactionStatus', body), questionOutcome);
  }

  private urls(id: string, direction: Direction): ResultUrls {
    return {
      ResultURL: this.callbackUrl(direction === 'received' ? `ts/received/${id}` : `ts/result/${id}`),
      QueueTimeOutURL: this.callbackUrl(`ts/timeout/${id}`),
    };
  }
}

/** The answer to the submission was lost, and with it every identifier. */
export const nothingToAskBy = (): Unknown => ({
  is: 'unknown',
  cause: new Error('the partner gave no identifier that it could be asked by'),
});

export const byReceipt = ({ receipt }: SubmittedOrder): Trace | null =>
  receipt === null ? null : { receipt };

/**
 * The id that M-Pesa made for a request that carries none of ours: given beside the main one. Asked for before the
 * receipt, since a receipt may only be a callback's claim; where the answer was lost, by what a callback calls it.
 */
export function byConversation(order: SubmittedOrder): Trace | null {
  const { partnerReference, references, receipt, claimedNames: [claimed, claimedBeside] = [] } = order;
  const beside = references.find((reference) => reference !== partnerReference && reference !== receipt);
  const conversation = beside ?? partnerReference ?? claimedBeside ?? claimed;
  return conversation === undefined ? null : { conversation };
}
