import { SchemaCheck } from '#gateway';
import { Database, DatabaseUnavailable } from '#platform';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';

/** For the supervisor: is the process alive, and can it work? Never depends on a partner. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly schema: SchemaCheck,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    const missing = await this.missing();
    if (missing === null) return { status: 'ok' };
    throw new ServiceUnavailableException({ status: 'unavailable', missing: [missing] });
  }

  private async missing(): Promise<'database' | 'migrations' | null> {
    try {
      await this.database.ping();
      return (await this.schema.passes()) ? null : 'migrations';
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return 'database';
      throw error;
    }
  }
}
