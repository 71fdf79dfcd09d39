import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { type Logger } from 'pino';

/**
 * `Logger` and `PinoLogger` of nestjs-pino over one logger. Its middleware is applied to no route: request lines
 * and the request context come from `observeRequests`, which knows the route's pattern.
 */
@Module({})
export class LogModule {
  static forRoot(logger: Logger): DynamicModule {
    return {
      module: LogModule,
      imports: [LoggerModule.forRoot({ pinoHttp: { logger }, forRoutes: [] })],
      exports: [LoggerModule],
    };
  }
}
