/** Which part of an error's body holds what the scheme adapter knows. */
export type StateName = 'transferState' | 'requestPartiesInformationState' | 'requestToPayState';

interface Particulars {
  readonly status: number;
  /** The scheme's code, or the HTTP status; a number only where the request itself was malformed. */
  readonly statusCode: string | number;
  readonly state?: { readonly name: StateName; readonly content: object };
}

/** An answer of the scheme adapter that is an error. */
export class Refusal extends Error {
  constructor(
    message: string,
    private readonly particulars: Particulars,
  ) {
    super(message);
  }

  get status(): number {
    return this.particulars.status;
  }

  get body(): object {
    const { statusCode, state } = this.particulars;
    return {
      message: this.message,
      statusCode,
      ...(state === undefined ? {} : { [state.name]: state.content }),
    };
  }
}

/** The request does not follow the interface's description. */
export const malformed = (message: string): Refusal => new Refusal(message, { status: 400, statusCode: 400 });
