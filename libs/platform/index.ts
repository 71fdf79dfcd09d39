export { SystemClock } from './clock.js';
export { Coalescer, type CoalescerOptions } from './coalesce/coalescer.js';
export { ConfigError, type ConfigProblem } from './config/config-error.js';
export { VARIABLES } from './config/environment.js';
export { type Config, readConfig } from './config/read-config.js';
export { type CapabilityLimit, PARTNER_ID, type PartnerConfig } from './config/schema.js';
export { resolveSecret, type SecretReference } from './config/secrets.js';
export {
  type DatabaseRole,
  describeDataSource,
  openDataSource,
  type Schema,
} from './database/data-source.js';
export { DatabaseModule } from './database/database-module.js';
export { Database, type Queryable, type Statement } from './database/database.js';
export {
  brokenConstraint,
  DatabaseUnavailable,
  isDataError,
  isTooSlow,
  toDatabaseError,
} from './database/errors.js';
export { migrate } from './database/migrate.js';
export { SharedTime } from './database/shared-time.js';
export { LogModule } from './log/log-module.js';
export { createLogger, safeHeaders } from './log/logger.js';
export { contextOf, observeRequests, type RequestHistogram } from './log/observe-requests.js';
export {
  currentContext,
  type Origin,
  outgoingTraceHeaders,
  type RequestContext,
  runInContext,
  startContext,
  toTraceparent,
} from './log/request-context.js';
export { registerSecret, scrub } from './log/scrub.js';
export { counter, gauge, histogram, requestHistogram } from './metrics/metrics.js';
export { MetricsDoor } from './metrics/metrics-door.js';
export { MetricsModule } from './metrics/metrics-module.js';
export { stopWhenTold } from './stop-when-told.js';
