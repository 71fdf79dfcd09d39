import { migrations } from '#gateway';
import { Database, DatabaseUnavailable, toDatabaseError } from '#platform';
import { Injectable } from '@nestjs/common';
import { Drain } from '../server/drain.js';
import { type ReadyDto } from './health.dto.js';

const APPLIED = { name: 'migrations-applied', text: 'SELECT name FROM migrations' };

/** Can requests be served? Looks at the database and its schema, never at a partner. */
@Injectable()
export class Readiness {
  private schemaIsThere = false;

  constructor(
    private readonly database: Database,
    private readonly drain: Drain,
  ) {}

  async check(): Promise<ReadyDto> {
    const stopping = this.drain.signal.aborted;
    try {
      await this.database.ping();
      const hasSchema = await this.hasSchema();
      const status = hasSchema && !stopping ? 'ok' : 'unavailable';
      return { status, database: 'ok', migrations: hasSchema ? 'ok' : 'pending', stopping };
    } catch (error) {
      if (!(toDatabaseError(error) instanceof DatabaseUnavailable)) throw error;
      return { status: 'unavailable', database: 'away', migrations: 'unknown', stopping };
    }
  }

  /** Once there it stays. */
  private async hasSchema(): Promise<boolean> {
    if (this.schemaIsThere) return true;
    const applied = new Set(await this.applied());
    this.schemaIsThere = migrations.every((migration) => applied.has(new migration().name));
    return this.schemaIsThere;
  }

  private async applied(): Promise<readonly string[]> {
    try {
      return (await this.database.query<{ name: string }>(APPLIED)).map(({ name }) => name);
    } catch (error) {
      if (toDatabaseError(error) instanceof DatabaseUnavailable) throw error;
      // An empty database has no such table yet.
      return [];
    }
  }
}
