import { placeholderReceipt } from './ids.js';
import { codeOnWire, resultText } from './result-texts.js';

/** One `Key` and its `Value`, which may be missing. */
export type Parameter = readonly [key: string, value?: unknown];

/** How one request came out. */
export interface Completion {
  readonly code: string;
  readonly receipt?: string;
  readonly parameters?: readonly Parameter[];
  /** Beside the queue's address. */
  readonly reference?: readonly Parameter[];
}

/** The names under which one asynchronous request goes. */
export interface Conversation {
  readonly conversationId: string;
  readonly originatorId: string;
}

/** What differs from product to product. */
export interface ResultStyle {
  /** Part of an internal address of the partner's, as `b2c`. */
  readonly queue: string;
  /** Type and code come as strings. */
  readonly asText?: boolean;
}

/** What is posted to the ResultURL. Most failures carry no parameters. */
export function resultMessage(
  { conversationId, originatorId }: Conversation,
  { code, receipt, parameters, reference = [] }: Completion,
  { queue, asText }: ResultStyle,
  at: Date,
): unknown {
  const items: readonly Parameter[] = [
    ...reference,
    ['QueueTimeoutURL', `https://internalapi.safaricom.co.ke/mpesa/${queue}results/v1/submit`],
  ];
  return {
    Result: {
      ResultType: asText ? '0' : 0,
      ResultCode: asText ? code : codeOnWire(code),
      ResultDesc: resultText(code),
      OriginatorConversationID: originatorId,
      ConversationID: conversationId,
      TransactionID: receipt ?? placeholderReceipt(at),
      ...(parameters && { ResultParameters: { ResultParameter: onWire(parameters) } }),
      ReferenceData: { ReferenceItem: onWire(items) },
    },
  };
}

/** The queue's message in the shape of a result; nothing in it says whether money moved. */
export function queueResult(conversation: Conversation, style: ResultStyle, at: Date): unknown {
  return resultMessage(conversation, { code: '17' }, style, at);
}

/** A list of one is written as its one member. */
function onWire(parameters: readonly Parameter[]): unknown {
  const entries = parameters.map(([Key, Value]) => (Value === undefined ? { Key } : { Key, Value }));
  return entries.length === 1 ? entries[0] : entries;
}
