import { GatewayModule } from '#gateway';
import { type Config, LogModule, MetricsModule } from '#platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { type Logger } from 'pino';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { adapters } from './partners.js';

@Module({})
export class WorkerModule {
  static forRoot(config: Config, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        LogModule.forRoot(logger),
        MetricsModule.forRoot('worker', config, MetricsController),
        GatewayModule.forRoot(config, adapters, 'worker'),
      ],
      controllers: [HealthController],
    };
  }
}
