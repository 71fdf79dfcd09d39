import { Database, DatabaseUnavailable, toDatabaseError } from '#platform';
import { Injectable } from '@nestjs/common';
import { migrations } from './index.js';

const APPLIED = { name: 'migrations-applied', text: 'SELECT name FROM migrations' };

/** Is the schema the one that this version needs? */
@Injectable()
export class SchemaCheck {
  private isThere = false;

  constructor(private readonly database: Database) {}

  /** Once there it stays. @throws DatabaseUnavailable when the database does not answer */
  async passes(): Promise<boolean> {
    if (this.isThere) return true;
    const applied = new Set(await this.applied());
    this.isThere = migrations.every((migration) => applied.has(new migration().name));
    return this.isThere;
  }

  private async applied(): Promise<readonly string[]> {
    try {
      return (await this.database.query<{ name: string }>(APPLIED)).map(({ name }) => name);
    } catch (error) {
      const reason = toDatabaseError(error);
      if (reason instanceof DatabaseUnavailable) throw reason;
      // An empty database has no such table yet.
      return [];
    }
  }
}
