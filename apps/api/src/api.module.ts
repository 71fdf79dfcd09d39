import { DiscrepancySearch, GatewayModule, OperationSearch, Timeline } from '#gateway';
import { LogModule, MetricsModule } from '#platform';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { type Logger } from 'pino';
import { AccessGuard } from './auth/access.guard.js';
import { AccessTokens } from './auth/access-tokens.js';
import { ClientLogin } from './auth/client-login.js';
import { RateLimit } from './auth/rate-limit.js';
import { BasicStrategy, BearerStrategy } from './auth/strategies.js';
import { TokenController } from './auth/token.controller.js';
import { TokenService } from './auth/token.service.js';
import { CallbacksController } from './callbacks/callbacks.controller.js';
import { CONFIG, type Config } from './config.js';
import { DiscrepanciesController } from './discrepancies/discrepancies.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { OpenApiText } from './docs/documents.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { InboundListeners } from './inbound/inbound-listeners.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { OperationAnswers } from './operations/answers.js';
import { OperationsController } from './operations/operations.controller.js';
import { ReversalsController } from './operations/reversals.controller.js';
import { Submissions } from './operations/submissions.js';
import { PartiesController } from './parties/parties.controller.js';
import { adapters } from './partners.js';
import { PartnersController } from './partners/partners.controller.js';
import { PaymentsController } from './payments/payments.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { AllowedMethods } from './server/allowed-methods.js';
import { Drain } from './server/drain.js';
import { TransfersController } from './transfers/transfers.controller.js';

const controllers = [
  TokenController,
  PaymentsController,
  TransfersController,
  OperationsController,
  ReversalsController,
  PartiesController,
  PartnersController,
  DiscrepanciesController,
  CallbacksController,
  HealthController,
  DocsController,
];

const providers = [
  ...[AccessTokens, ClientLogin, TokenService, RateLimit, BearerStrategy, BasicStrategy],
  ...[OperationAnswers, Submissions, OperationSearch, Timeline, DiscrepancySearch],
  ...[Readiness, OpenApiText, InboundListeners],
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_PIPE, useClass: ValidationPipe },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

/** What exists before Nest does. */
export interface Outside {
  readonly logger: Logger;
  readonly drain: Drain;
  readonly allowedMethods: AllowedMethods;
}

/** The REST API over the engine. */
@Global()
@Module({})
export class ApiModule {
  static forRoot(config: Config, { logger, drain, allowedMethods }: Outside): DynamicModule {
    const given = [
      { provide: CONFIG, useValue: config },
      { provide: Drain, useValue: drain },
      { provide: AllowedMethods, useValue: allowedMethods },
    ];
    return {
      module: ApiModule,
      imports: [
        LogModule.forRoot(logger),
        MetricsModule.forRoot('api', config, MetricsController),
        GatewayModule.forRoot(config, adapters, 'api'),
      ],
      controllers,
      providers: [...given, ...providers],
      exports: given,
    };
  }
}
