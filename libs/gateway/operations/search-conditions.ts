/** The conditions of a query and the values that they speak of, numbered as PostgreSQL wants them. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly all: string[] = [];

  /** Every `?` of the condition stands for the one value. */
  add(condition: string, value: unknown): void {
    this.all.push(this.number(condition, value));
  }

  /** The condition with its number in place, for use elsewhere in the query. */
  number(condition: string, value: unknown): string {
    this.values.push(value);
    return condition.replaceAll('?', `$${this.values.length}`);
  }
}
