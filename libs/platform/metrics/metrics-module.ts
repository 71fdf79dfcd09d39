import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { type Config } from '../config/read-config.js';
import { MetricsDoor } from './metrics-door.js';

/** Default metrics of the process, and the app's own controller for `/metrics`, which goes through `MetricsDoor`. */
@Module({})
export class MetricsModule {
  static forRoot(app: string, config: Config, controller: Type): DynamicModule {
    return {
      module: MetricsModule,
      // The library's own module holds the controller: it finds the door only where it is global.
      global: true,
      imports: [PrometheusModule.register({ defaultLabels: { app }, controller })],
      providers: [{ provide: MetricsDoor, useFactory: () => new MetricsDoor(config) }],
      exports: [MetricsDoor],
    };
  }
}
