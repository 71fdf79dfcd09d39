import { SchemaCheck } from '#gateway';
import { Database, DatabaseUnavailable, toDatabaseError } from '#platform';
import { Injectable } from '@nestjs/common';
import { Drain } from '../server/drain.js';
import { type ReadyDto } from './health.dto.js';

/** Can requests be served? Looks at the database and its schema, never at a partner. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: Database,
    private readonly schema: SchemaCheck,
    private readonly drain: Drain,
  ) {}

  async check(): Promise<ReadyDto> {
    const stopping = this.drain.signal.aborted;
    try {
      await this.database.ping();
      const hasSchema = await this.schema.passes();
      const status = hasSchema && !stopping ? 'ok' : 'unavailable';
      return { status, database: 'ok', migrations: hasSchema ? 'ok' : 'pending', stopping };
    } catch (error) {
      if (!(toDatabaseError(error) instanceof DatabaseUnavailable)) throw error;
      return { status: 'unavailable', database: 'away', migrations: 'unknown', stopping };
    }
  }
}
