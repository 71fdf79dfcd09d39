import { createLogger, observeRequests, requestHistogram } from '#platform';
import { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { Logger, PinoLogger } from 'nestjs-pino';
import { ApiModule } from '../api.module.js';
import { type Config } from '../config.js';
import { OpenApiText } from '../docs/documents.js';
import { buildOpenApi } from '../docs/openapi.js';
import { InboundListeners } from '../inbound/inbound-listeners.js';
import { AllowedMethods } from './allowed-methods.js';
import { keepCallbackBodies } from './callback-body.js';
import { Drain } from './drain.js';
import { readJsonBodies } from './json-body.js';

/** A proxy in front closes idle connections first. */
const KEEP_ALIVE_MS = 72_000;

/** The longest key or name in a path; a longer one is 414. */
const LONGEST_PARAMETER = 512;

export interface Api {
  readonly app: NestFastifyApplication;
  /** Opens the API's address, and one for each partner that asks us. */
  readonly listen: () => Promise<void>;
  /** Finishes what is under way, then closes everything. */
  readonly stop: (mostMs: number) => Promise<void>;
}

function createAdapter({ api }: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: api.bodyLimitBytes,
    requestTimeout: api.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: api.trustedProxies.length > 0 ? [...api.trustedProxies] : false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
}

/** The API with all its routes, not listening yet. `preview`: only described, nothing is connected. */
export async function createApi(
  config: Config,
  { preview = false }: { preview?: boolean } = {},
): Promise<Api> {
  const logger = createLogger(config, 'api');
  const [drain, allowedMethods] = [new Drain(), new AllowedMethods()];
  const adapter = createAdapter(config);
  const fastify: FastifyInstance = adapter.getInstance();
  observeRequests(fastify, logger, requestHistogram());
  drain.watch(fastify);
  allowedMethods.collectFrom(fastify);
  keepCallbackBodies(fastify);
  readJsonBodies(adapter, config.api.bodyLimitBytes);
  const nestOptions = Object.assign(new NestApplicationContextOptions(), {
    // From the first line on: what Nest has to say of a start that fails is JSON as well.
    logger: new Logger(new PinoLogger({ pinoHttp: { logger } }), {}),
    abortOnError: false,
    preview,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.forRoot(config, { logger, drain, allowedMethods }),
    adapter,
    nestOptions,
  );
  if (!preview) app.get(OpenApiText).buildWith(() => JSON.stringify(buildOpenApi(app)));
  return {
    app,
    listen: async () => {
      await app.listen(config.api.port, config.api.host);
      await app.get(InboundListeners).open();
    },
    stop: async (mostMs) => {
      await Promise.all([drain.stop(fastify, mostMs), app.get(InboundListeners).stop(mostMs)]);
      await app.close();
    },
  };
}
