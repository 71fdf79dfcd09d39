import { hash, timingSafeEqual } from 'node:crypto';
import { register } from 'prom-client';
import { type Config } from '../config/read-config.js';
import { resolveSecret } from '../config/secrets.js';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What Prometheus scrapes, and who may: anybody as long as no token is configured (`metrics.token`). */
export class MetricsDoor {
  private readonly expected: Buffer | null;

  constructor({ metrics, configDir }: Pick<Config, 'metrics' | 'configDir'>) {
    this.expected =
      metrics.token === undefined ? null : digest(`Bearer ${resolveSecret(metrics.token, configDir)}`);
  }

  /** @param authorization the request's header */
  opensFor(authorization: string | undefined): boolean {
    return this.expected === null || timingSafeEqual(digest(authorization ?? ''), this.expected);
  }

  /** In Prometheus' text format. */
  async read(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: register.contentType, text: await register.metrics() };
  }
}
