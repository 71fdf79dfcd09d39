import { type ConfirmationMode } from '#domain';

/** One partner as its file configures it, with its secrets resolved. */
export interface PartnerConfiguration {
  /** "mpesa-ke". */
  readonly id: string;
  readonly adapter: string;
  /** A partner that is not enabled takes no new operations; its callbacks and enquiries go on. */
  readonly enabled: boolean;
  /** Who answers the partner's questions before money moves. Default: automatic. */
  readonly confirmation?: ConfirmationMode | undefined;
  readonly inbound?: InboundConfiguration | undefined;
  /** Is what we and it say to each other about an operation kept, masked? Default: no. */
  readonly keepMessages?: boolean | undefined;
  readonly settings: unknown;
  readonly secrets: Readonly<Record<string, string>>;
  /** Unguessable, unique among all partners, of characters that a URL path may hold. */
  readonly callbackKey: string;
  /** Lays over the adapter's pace: by capability, `enquiries` or `default`. */
  readonly limits?: Readonly<Record<string, PaceOverride>> | undefined;
  readonly deadlines?: DeadlineOverride | undefined;
}

/** How a partner that asks us is answered, and at which door of ours. */
export interface InboundConfiguration {
  readonly host: string;
  readonly port: number;
  /** The id of the partner that keeps our customers' accounts. */
  readonly creditsThrough: string;
  /** The longest that an answer takes; what is not credited by then is refused. */
  readonly answerWithinMs: number;
  /** How long an offer of ours holds. */
  readonly quoteLifetimeMs: number;
  /** Absent: whoever reaches the door is let in. */
  readonly tls?: DoorTls | undefined;
}

/** Mutual TLS at the partner's own door, in PEM. */
export interface DoorTls {
  readonly certificate: string;
  /** Secret. */
  readonly key: string;
  /** Who vouches for the certificate of whoever is let in. */
  readonly clientAuthority: string;
}

export interface PaceOverride {
  readonly perSecond: number;
  /** Default: `perSecond`, at least 1. */
  readonly burst?: number | undefined;
  readonly concurrency: number;
}

export interface DeadlineOverride {
  readonly submitForMs?: number | undefined;
  readonly unresolvedAfterMs?: number | undefined;
  readonly enquiryTimetableMs?: readonly number[] | undefined;
  readonly visibilityDelayMs?: number | undefined;
}

/** One thing that is wrong; `path` is "settings.baseUrl", "secrets.apiKey", "adapter". Holds no value. */
export interface ConfigurationProblem {
  readonly partner: string;
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with the configured partners, at once. */
export class PartnerConfigurationError extends Error {
  override readonly name = 'PartnerConfigurationError';
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(({ partner, path, message }) => `${partner}: ${path}: ${message}`);
    super(['partners cannot be used as they are configured:', ...lines].join('\n  '));
  }
}

/** Asked for a partner that is not configured. */
export class UnknownPartner extends Error {
  override readonly name = 'UnknownPartner';
}
