import { type Answer, type TransferOrder } from '../fields.js';
import { type Conversion, type Fulfil, type PartyFound, type Quote, type Received } from '../scheme/wire.js';
import { type MojaloopSettings } from '../settings.js';

export type CurrentState =
  | 'WAITING_FOR_PARTY_ACCEPTANCE'
  | 'WAITING_FOR_CONVERSION_ACCEPTANCE'
  | 'WAITING_FOR_QUOTE_ACCEPTANCE'
  | 'COMPLETED'
  | 'ABORTED'
  | 'ERROR_OCCURRED';

interface Sent {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that the scheme adapter has noted of one transfer; this is also what it answers. */
export interface TransferRecord extends Partial<Omit<TransferOrder, 'transferId' | 'currentState'>>, Answer {
  readonly transferId: string;
  readonly currentState: CurrentState;
  readonly traceId?: string;
  readonly initiatedTimestamp?: string;
  readonly direction?: 'OUTBOUND';
  readonly getPartiesResponse?: Received<PartyFound>;
  readonly needFx?: boolean;
  readonly quoteId?: string;
  readonly quoteRequest?: Sent;
  readonly quoteResponse?: Received<Quote>;
  readonly quoteResponseSource?: string;
  readonly conversionRequestId?: string;
  readonly fxQuoteResponse?: Received<Conversion>;
  readonly fxQuoteResponseSource?: string;
  readonly prepare?: Sent;
  readonly fulfil?: Received<Fulfil>;
  readonly lastError?: unknown;
  readonly abortedReason?: string;
}

/** A transfer that was ordered here, not one that was only asked about. */
export type OrderedRecord = TransferRecord & Omit<TransferOrder, 'transferId' | 'currentState'>;

/** The record as it goes out: the older release writes what it sent as text inside the JSON. */
export function viewOf(record: TransferRecord, { imitates }: MojaloopSettings): object {
  if (imitates !== '18.0.2') return record;
  const { quoteRequest, prepare } = record;
  return {
    ...record,
    ...(quoteRequest === undefined ? {} : { quoteRequest: asText(quoteRequest) }),
    ...(prepare === undefined ? {} : { prepare: asText(prepare) }),
  };
}

const asText = ({ body, headers }: Sent) => ({ body: JSON.stringify(body), headers });
