import { Database } from '#platform';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';

/** For the supervisor: is the process alive, and can it work? Never depends on a partner. */
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    try {
      await this.database.ping();
      return { status: 'ok' };
    } catch {
      throw new ServiceUnavailableException({ status: 'unavailable', missing: ['database'] });
    }
  }
}
