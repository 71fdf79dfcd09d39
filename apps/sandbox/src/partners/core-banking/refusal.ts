/** Every code that the protocol has, with its status and its text. */
const refusals = {
  malformed: [400, 'The request cannot be understood.'],
  unauthorized: [401, 'The key is missing or wrong.'],
  account_unknown: [422, 'There is no such account.'],
  account_type_unsupported: [422, 'Nobody is looked up by this type of name.'],
  account_blocked: [422, 'The account is blocked.'],
  account_closed: [422, 'The account is closed.'],
  currency_not_held: [422, 'The account does not hold this currency.'],
  amount_invalid: [422, 'The amount cannot be booked.'],
  limit_exceeded: [422, 'A limit of the account would be exceeded.'],
  insufficient_funds: [422, 'The account does not hold as much any more.'],
  not_permitted: [422, 'This is not allowed.'],
  compliance_blocked: [422, 'Stopped by a compliance rule.'],
  already_taken_back: [422, 'The credit has been taken back by another reversal.'],
  /** In no document: what a release of tomorrow may say. */
  account_under_review: [422, 'The account is under review.'],
  credit_unknown: [404, 'There is no such credit.'],
  reversal_unknown: [404, 'There is no such reversal.'],
  not_found: [404, 'There is no such path.'],
  other_content: [409, 'This id was used for something else.'],
  too_many_requests: [429, 'Too many requests.'],
  busy: [503, 'Not taken up, come back later.'],
  internal: [500, 'Something broke.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;
export type RefusalCode = keyof typeof refusals;

interface Particulars {
  readonly status?: number;
  readonly message?: string;
  /** Seconds after which to come back. */
  readonly retryAfterS?: number;
}

/** An answer that is an error: `{ "code", "message" }`. */
export class CoreRefusal extends Error {
  readonly status: number;
  readonly retryAfterS: number | undefined;

  constructor(
    readonly code: RefusalCode,
    { status, message, retryAfterS }: Particulars = {},
  ) {
    const [usualStatus, usualMessage] = refusals[code];
    super(message ?? usualMessage);
    this.status = status ?? usualStatus;
    this.retryAfterS = retryAfterS;
  }

  get body(): { readonly code: string; readonly message: string } {
    return { code: this.code, message: this.message };
  }

  /** A word on the matter itself: the same id is answered so ever after. */
  get isFinal(): boolean {
    return this.status === 422;
  }
}
