import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';

/**
 * Default metrics of the process, and the app's own controller for `/metrics` (guarded as the app sees fit; extend
 * `PrometheusController`).
 */
@Module({})
export class MetricsModule {
  static forRoot(app: string, controller?: Type): DynamicModule {
    const options = { defaultLabels: { app }, ...(controller === undefined ? {} : { controller }) };
    return { module: MetricsModule, imports: [PrometheusModule.register(options)] };
  }
}
