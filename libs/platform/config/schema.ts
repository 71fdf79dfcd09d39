import { z } from 'zod';
import { SecretReferenceSchema } from './secrets.js';

const port = z.int().min(1).max(65_535);
const ms = z.int().min(1);
const count = z.int().min(1);

const Api = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(3000),
  /** Where partners reach us: the base of callback URLs. Default: `http://` + host and port. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  bodyLimitBytes: count.default(65_536),
  requestTimeoutMs: ms.default(70_000),
  /** Addresses or ranges (CIDR) of the proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
  /** The longest that `Prefer: wait` may hold an answer. */
  waitMaxMs: z.int().min(0).default(60_000),
  /** Requests per second allowed to one client. */
  rateLimitPerSecond: count.default(10_000),
});

const Worker = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(3001),
  /** How long a worker that found nothing due waits before it looks again. */
  pollIntervalMs: ms.default(50),
  /** Rows claimed by one statement. */
  claimBatch: count.default(200),
  /**
   * A claimed row whose worker says nothing for this long belongs to a dead worker. Calls of partners get three quarters
   * of it: with less than two seconds even a quick partner's answers would come too late.
   */
  leaseMs: z.int().min(2_000).default(60_000),
  /** Time given to work in hand when the worker is told to stop. */
  drainMs: ms.default(10_000),
  /** How long a partner's balances are kept after they were read; what is fresh is never removed. */
  balanceReadingsKeptMs: z.int().min(3_600_000).default(2_592_000_000),
});

const Database = z.strictObject({
  /** `embedded`, a `postgres://` URL, or a reference to one (`env:NAME`, `file:PATH`). */
  url: z
    .union([z.literal('embedded'), z.url({ protocol: /^postgres(ql)?$/ }), SecretReferenceSchema])
    .default('embedded'),
  apiPoolSize: count.default(16),
  workerPoolSize: count.default(16),
  statementTimeoutMs: ms.default(10_000),
  connectTimeoutMs: ms.default(5_000),
});

const Auth = z.strictObject({
  issuer: z.string().min(1).default('passerelle'),
  audience: z.string().min(1).default('passerelle'),
  tokenLifetimeS: z.int().min(30).max(86_400).default(600),
  /** Private keys in PEM (PKCS #8). The first one signs; all of them verify. */
  signingKeys: z
    .array(
      z.strictObject({
        kid: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -'),
        privateKey: SecretReferenceSchema,
      }),
    )
    .default([]),
  /** An issuer outside whose tokens are accepted besides our own. */
  trustedIssuer: z
    .strictObject({
      issuer: z.string().min(1),
      jwksUrl: z.url({ protocol: /^https?$/ }),
      audience: z.string().min(1),
      clientIdClaim: z.string().min(1).default('client_id'),
    })
    .optional(),
});

const Log = z.strictObject({
  level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

const Metrics = z.strictObject({
  /** Where set, `/metrics` asks for it as a bearer token. */
  token: SecretReferenceSchema.optional(),
});

const Standalone = z.strictObject({
  /** Relative to the working directory. */
  dataDir: z.string().min(1).default('.passerelle'),
  postgresPort: port.default(25_432),
});

/** `default.yaml` and the environment, once they are one. Every key has a default. */
export const SettingsSchema = z.strictObject({
  api: Api.prefault({}),
  worker: Worker.prefault({}),
  database: Database.prefault({}),
  auth: Auth.prefault({}),
  log: Log.prefault({}),
  metrics: Metrics.prefault({}),
  standalone: Standalone.prefault({}),
});

const CapabilityLimit = z.strictObject({
  perSecond: z.number().positive(),
  burst: count.optional(),
  concurrency: count,
});

/** `partners/<id>.yaml`. The adapter checks `settings` and the names of `secrets` with its own schemas. */
export const PartnerSchema = z.strictObject({
  adapter: z.string().min(1),
  enabled: z.boolean().default(true),
  settings: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), SecretReferenceSchema).default({}),
  /** The unguessable part of the partner's callback URL. */
  callbackKey: SecretReferenceSchema,
  /** Who answers the partner's questions before money moves, where a request does not say. */
  confirmation: z.enum(['automatic', 'manual']).optional(),
  /** What it is sent for an operation, and what it asks about a movement, with the answers: masked, on the timeline. */
  keepMessages: z.boolean().default(false),
  /**
   * For partners that ask us (`inbound`). Whoever reaches this address is taken for the partner, unless it has to show a
   * certificate (`tls`), or the adapter proves each request.
   */
  inbound: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port,
      /** Several API processes of one machine take turns at it (Linux). */
      sharesPort: z.boolean().default(false),
      /** The partner that keeps our customers' accounts. */
      creditsThrough: z.string().min(1),
      /** The longest that an answer takes; what is not credited by then is refused. */
      answerWithinMs: z.int().min(100).max(60_000).default(8_000),
      /** How long an offer of ours holds. */
      quoteLifetimeMs: z.int().min(1_000).max(86_400_000).default(60_000),
      /** Mutual TLS, in PEM: what we show, and who vouches for whoever may come in. */
      tls: z
        .strictObject({
          certificate: SecretReferenceSchema,
          key: SecretReferenceSchema,
          clientAuthority: SecretReferenceSchema,
        })
        .optional(),
    })
    .optional(),
  /** By capability. */
  limits: z.record(z.string(), CapabilityLimit).optional(),
  deadlines: z
    .strictObject({
      submitForMs: ms.optional(),
      unresolvedAfterMs: ms.optional(),
      /** Milliseconds after the submission at which to ask what became of it, rising; the last gap repeats. */
      enquiryTimetableMs: z.array(ms).min(1).optional(),
      visibilityDelayMs: z.int().min(0).optional(),
    })
    .optional(),
});

/** File names become partner ids. */
export const PARTNER_ID = /^[a-z0-9][a-z0-9-]{1,39}$/;

export type Settings = z.infer<typeof SettingsSchema>;

export interface PartnerConfig extends z.infer<typeof PartnerSchema> {
  readonly id: string;
  /** Path of the YAML file, for messages about it. */
  readonly file: string;
}

export type CapabilityLimit = z.infer<typeof CapabilityLimit>;
