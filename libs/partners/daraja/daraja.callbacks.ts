import { isId } from '#domain';
import {
  type CallbackAnswer,
  type Callbacks,
  type CallbackStrength,
  type EnquiryOutcome,
  type Notice,
  type OutcomeNotice,
  type RawCallback,
  readingCallback,
  UnreadableCallback,
  type Verdict,
} from '#partner-kit';
import { balanceTimedOut, readBalance } from './daraja.balances.js';
import { readConfirmation, validator } from './daraja.c2b.js';
import { initiatorOutcome, promptOutcome, stateOutcome } from './daraja.outcomes.js';
import { readFee, readPromptAnswer, readQueueTimeout, readResult, type Result } from './daraja.results.js';
import { type CollectionNumbers, type DarajaSettings, numbersOf } from './daraja.settings.js';
import { sourceFilter } from './sources.js';

/** Reads what came to one kind of path; `id` is the last part of it. */
type Reader = (callback: RawCallback, id: string) => Notice;

const VALIDATE = 'c2b/validate';
const CONFIRM = 'c2b/confirm';

/** What M-Pesa sends us. It signs nothing: its address, our unguessable path and an enquiry stand in for that. */
export class DarajaCallbacks implements Callbacks {
  readonly strength: CallbackStrength;
  private readonly isKnownSource: ((source: string) => boolean) | null;
  private readonly decide: ReturnType<typeof validator> | null;
  private readonly readers: Readonly<Record<string, Reader>>;

  constructor(private readonly settings: DarajaSettings) {
    const { sourceCheck, sourceRanges, collection, payouts } = settings;
    const isChecked = sourceCheck !== 'off' && sourceRanges.length > 0;
    this.isKnownSource = isChecked ? sourceFilter(sourceRanges) : null;
    this.strength = isChecked ? 'source_range' : 'none';
    const numbers = collection && numbersOf(collection);
    const ours = [...(numbers?.all ?? []), ...(payouts ? [payouts.shortCode] : [])];
    this.decide = collection && numbers ? validator(collection.validation, numbers) : null;
    this.readers = { ...outgoingReaders(ours), ...(numbers && incomingReaders(numbers)) };
  }

  verify({ source }: RawCallback): Verdict {
    if (this.isKnownSource === null || this.isKnownSource(source)) return { is: 'authentic' };
    const why = `its address ${source} is not on the list`;
    return this.settings.sourceCheck === 'refuse' ? { is: 'forged', why } : { is: 'doubtful', why };
  }

  answer(callback: RawCallback): CallbackAnswer {
    const body =
      callback.path === VALIDATE && this.decide
        ? this.decide(callback)
        : { ResultCode: 0, ResultDesc: callback.path === CONFIRM ? 'Success' : 'Accepted' };
    return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
  }

  read(callback: RawCallback): readonly Notice[] {
    const { path } = callback;
    const cut = path.lastIndexOf('/');
    const reader = this.readers[path] ?? this.readers[`${path.slice(0, cut)}/*`];
    if (!reader) throw new UnreadableCallback('no callback of ours has this path');
    return [readingCallback(() => reader(callback, path.slice(cut + 1)))];
  }
}

const notice = (id: string, references: readonly string[], outcome: EnquiryOutcome): OutcomeNotice => ({
  is: 'outcome',
  about: { operation: isId(id) ? id : undefined, references },
  outcome,
});

function readPrompt(callback: RawCallback, id: string): Notice {
  const { word, checkoutId, merchantId, receipt, amount } = readPromptAnswer(callback);
  const told = { reference: checkoutId, ...(merchantId === undefined ? {} : { references: [merchantId] }) };
  return { ...notice(id, [checkoutId], promptOutcome(word, told, { receipt })), amount };
}

/** The end of a payout or a reversal. */
function readEnd(callback: RawCallback, id: string): Notice {
  const { word, isPreliminary, conversation, originator, parameters, receipt } = readResult(callback);
  const references = [conversation, originator].filter((one) => one !== undefined);
  const told = { reference: conversation, references: references.slice(1) };
  if (isPreliminary) return notice(id, references, { is: 'pending', partner: word, ...told });
  const outcome = initiatorOutcome(word, told, {
    receipt: parameters.text('TransactionReceipt') ?? receipt,
    fee: readFee(parameters.text('DebitPartyCharges', 'Charge')),
  });
  if (outcome.is !== 'succeeded') return notice(id, references, outcome);
  return { ...notice(id, references, outcome), amount: parameters.amount('TransactionAmount', 'Amount') };
}

/** A queue that gave up is no proof that nothing was paid. */
const readTimeout: Reader = (callback, id) => {
  const cause = new Error("the request expired in the partner's queue");
  return notice(id, readQueueTimeout(callback), { is: 'unknown', cause });
};

/** The question expired, not what it was about: the timetable asks again. */
const readQuestionTimeout: Reader = (callback) => {
  readQueueTimeout(callback);
  return { is: 'ignored', why: "a status question expired in the partner's queue" };
};

/** Which side of the transaction has to be ours, and by which numbers. */
interface OurSide {
  readonly party: 'DebitPartyName' | 'CreditPartyName';
  readonly numbers: readonly string[];
}

/** The answer to a status question: its own code only says whether the question worked. */
const statusReader =
  (ours: OurSide): Reader =>
  (callback, id) => {
    const result = readResult(callback);
    const found = result.word.code === '0' ? foundState(result, ours) : questionFailed(result);
    return { ...notice(id, [], found.outcome), amount: found.amount, answersEnquiry: result.conversation };
  };

type Found = Pick<OutcomeNotice, 'outcome' | 'amount'>;

function questionFailed({ word }: Result): Found {
  const outcome = initiatorOutcome(word, {});
  if (outcome.is === 'notFound' || outcome.is === 'unknown') return { outcome };
  const cause = new Error(`the partner refuses the question: code ${word.code}`);
  return { outcome: { is: 'unknown', cause, partner: word } };
}

function foundState({ parameters }: Result, { party, numbers }: OurSide): Found {
  const state = parameters.text('TransactionStatus') ?? '';
  const word = { code: state, message: parameters.text('TransactionReason', 'ReasonType') ?? '' };
  const outcome = stateOutcome(
    word,
    {},
    {
      receipt: parameters.text('ReceiptNo'),
      // What the payer was charged is no fee of ours.
      fee: party === 'DebitPartyName' ? readFee(parameters.text('DebitPartyCharges')) : undefined,
    },
  );
  if (outcome.is !== 'succeeded') return { outcome };
  const number = /^\d+/.exec(parameters.text(party) ?? '')?.[0];
  if (number === undefined || !numbers.includes(number)) {
    const cause = new Error(`the transaction is another one: ${party} is no short code of ours`);
    return { outcome: { is: 'unknown', cause, partner: word } };
  }
  return { outcome, amount: parameters.amount('Amount') };
}

const outgoingReaders = (numbers: readonly string[]): Readonly<Record<string, Reader>> => ({
  'b2c/result/*': readEnd,
  'b2c/timeout/*': readTimeout,
  'b2b/result/*': readEnd,
  'b2b/timeout/*': readTimeout,
  'rev/result/*': readEnd,
  'rev/timeout/*': readTimeout,
  'ts/result/*': statusReader({ party: 'DebitPartyName', numbers }),
  'ts/timeout/*': readQuestionTimeout,
  'bal/result/*': readBalance,
  'bal/timeout/*': (_, question) => balanceTimedOut(question),
});

const incomingReaders = (numbers: CollectionNumbers): Readonly<Record<string, Reader>> => ({
  'stk/*': readPrompt,
  'ts/received/*': statusReader({ party: 'CreditPartyName', numbers: numbers.all }),
  [CONFIRM]: (callback) => readConfirmation(callback, numbers),
  [VALIDATE]: () => ({ is: 'ignored', why: 'a question, answered at once' }),
});
