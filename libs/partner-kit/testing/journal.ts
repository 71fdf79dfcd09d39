import { type PartnerLog } from '../registry/report.js';

/** Everything that could end up in a log: the lines, and the errors that came out of the adapter. */
export class Journal {
  readonly #lines: string[] = [];

  readonly log: PartnerLog = {
    debug: this.#writer(),
    info: this.#writer(),
    warn: this.#writer(),
    error: this.#writer(),
  };

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Notes an error with all that hangs on it. */
  note(error: unknown): void {
    for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
      this.#lines.push(
        `${cause.stack ?? ''} ${cause.message} ${JSON.stringify(Object.entries(cause), plain)}`,
      );
    }
  }

  #writer() {
    return (fields: object, message: string): void => {
      this.#lines.push(`${message} ${JSON.stringify(fields, plain)}`);
    };
  }
}

/** For JSON.stringify: bigints as digits. */
export const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
