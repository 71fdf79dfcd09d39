import { Money, type PartnerWord } from '#domain';
import {
  listOf,
  optionalText,
  plainDecimal,
  type RawCallback,
  readCallbackBody,
  text,
  UnreadableAnswer,
} from '#partner-kit';
import { z } from 'zod';

/** A value that is missing, or of a form that nobody asked for, is none. */
const LooseText = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : undefined));

const Parameter = z.object({ Key: text, Value: LooseText });

const ResultBody = z.object({
  Result: z.object({
    ResultType: optionalText,
    ResultCode: text.min(1).max(40),
    ResultDesc: optionalText,
    OriginatorConversationID: optionalText,
    ConversationID: optionalText,
    TransactionID: optionalText,
    ResultParameters: z.object({ ResultParameter: listOf(Parameter) }).nullish(),
  }),
});

/** What a queue says that gave up: a result, or the request as we had sent it. */
const QueueBody = z.union([
  ResultBody,
  z.object({ OriginatorConversationID: optionalText }).transform((echo) => ({ Result: echo })),
]);

const PromptBody = z.object({
  Body: z.object({
    stkCallback: z.object({
      MerchantRequestID: optionalText,
      CheckoutRequestID: text.min(1).max(200),
      ResultCode: text.min(1).max(40),
      ResultDesc: optionalText,
      CallbackMetadata: z.object({ Item: listOf(z.object({ Name: text, Value: LooseText })) }).nullish(),
    }),
  }),
});

/** The result of an initiator product. */
export interface Result {
  readonly word: PartnerWord;
  /** More messages follow: this is not the end. */
  readonly isPreliminary: boolean;
  readonly conversation: string | undefined;
  /** Ours where we gave one, else the partner's own. */
  readonly originator: string | undefined;
  /** Only of a success: a failure carries a placeholder. */
  readonly receipt: string | undefined;
  readonly parameters: Parameters;
}

/** Named values of a result, in their order; a name may come twice, and with or without blanks in it. */
export class Parameters {
  constructor(
    private readonly list: readonly { readonly name: string; readonly value: string | undefined }[],
  ) {}

  /** The first value under one of the names. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.list.find((one) => one.name.replaceAll(' ', '') === name && one.value)?.value;
      if (value !== undefined) return value.trim();
    }
    return undefined;
  }

  /** @throws UnreadableAnswer where something else than an amount stands there. */
  amount(...names: readonly string[]): Money | undefined {
    const written = this.text(...names);
    return written === undefined ? undefined : readAmount(written);
  }
}

/** Reads "1500", "250.00", "{Amount={CurrencyCode=KES, MinimumAmount=618683, BasicAmount=6186.83}}" as KES. */
export function readAmount(written: string): Money {
  const decimal = plainDecimal(/BasicAmount=(-?[\d.]+)/.exec(written)?.[1] ?? written);
  if (decimal === null) throw new UnreadableAnswer('an amount is no number');
  return Money.parseLenient(decimal, 'KES');
}

/** "Fee For B2C Payment|KES|13.00": none where nothing is named. */
export function readFee(written: string | undefined): Money | undefined {
  const amount = written?.split('|').at(-1);
  const decimal = amount === undefined ? null : plainDecimal(amount);
  return decimal === null ? undefined : Money.parseLenient(decimal, 'KES');
}

/** @throws UnreadableCallback */
export function readResult(callback: RawCallback): Result {
  const { Result: result } = readCallbackBody(callback, ResultBody);
  const { ResultCode: code, OriginatorConversationID, ConversationID, TransactionID } = result;
  return {
    word: { code, message: result.ResultDesc ?? '' },
    isPreliminary: result.ResultType === '1',
    conversation: ConversationID ?? undefined,
    originator: OriginatorConversationID ?? undefined,
    receipt: code === '0' ? (TransactionID ?? undefined) : undefined,
    parameters: new Parameters(
      (result.ResultParameters?.ResultParameter ?? []).map(({ Key, Value }) => ({ name: Key, value: Value })),
    ),
  };
}

/** The identifiers in a message of a queue that gave up. @throws UnreadableCallback */
export function readQueueTimeout(callback: RawCallback): readonly string[] {
  const { Result: result } = readCallbackBody(callback, QueueBody);
  const conversation = 'ConversationID' in result ? result.ConversationID : null;
  return [conversation, result.OriginatorConversationID].filter((id) => id !== null);
}

/** The answer of a payer's phone. */
export interface PromptAnswer {
  readonly word: PartnerWord;
  readonly checkoutId: string;
  readonly merchantId: string | undefined;
  readonly receipt: string | undefined;
  readonly amount: Money | undefined;
}

/** @throws UnreadableCallback */
export function readPromptAnswer(callback: RawCallback): PromptAnswer {
  const { stkCallback } = readCallbackBody(callback, PromptBody).Body;
  const items = new Parameters(
    (stkCallback.CallbackMetadata?.Item ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
  );
  return {
    word: { code: stkCallback.ResultCode, message: stkCallback.ResultDesc ?? '' },
    checkoutId: stkCallback.CheckoutRequestID,
    merchantId: stkCallback.MerchantRequestID ?? undefined,
    receipt: items.text('MpesaReceiptNumber'),
    amount: items.amount('Amount'),
  };
}
