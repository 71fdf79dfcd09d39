import { type Certificate, PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { Injectable, Logger } from '@nestjs/common';
import { Discrepancies } from '../discrepancies/discrepancies.js';

const DAY_MS = 86_400_000;

/** Whoever renews a certificate is told this many days before its end, each time anew. */
const WARNED_DAYS = [1, 7, 30] as const;

/** One certificate of one partner, and how long it is good yet. */
export interface Expiry {
  readonly partner: string;
  readonly name: Certificate['name'];
  readonly expiresAt: Date;
  /** Negative once it is over. */
  readonly leftMs: number;
}

/** Watches certificates come to their end. */
@Injectable()
export class ExpiryWatch {
  private readonly logger = new Logger(ExpiryWatch.name);

  constructor(
    private readonly partners: PartnerRegistry,
    private readonly discrepancies: Discrepancies,
    private readonly clock: SystemClock,
  ) {}

  all(): readonly Expiry[] {
    const now = this.clock.now().getTime();
    return this.partners.all().flatMap(({ id: partner, certificates }) =>
      certificates.map(({ name, expiresAt }) => ({
        ...{ partner, name, expiresAt },
        leftMs: expiresAt.getTime() - now,
      })),
    );
  }

  /** Opens a discrepancy for each that has come to its next warning, once, also where a person settles it; says how many end soon. */
  async warn(): Promise<string | null> {
    const ending = this.all().flatMap((expiry) => {
      const days = WARNED_DAYS.find((limit) => expiry.leftMs <= limit * DAY_MS);
      if (days === undefined) return [];
      const { partner, name, expiresAt } = expiry;
      return [{ ...expiry, days, subject: `${partner} ${name} ${expiresAt.toISOString()} ${String(days)}` }];
    });
    for (const { partner, name, expiresAt } of ending)
      this.logger.warn({ partner, name, expiresAt }, 'a certificate comes to its end');
    const told = await this.discrepancies.knownOf(
      'certificate_expiring',
      ending.map(({ subject }) => subject),
    );
    await this.discrepancies.open(
      ending
        .filter(({ subject }) => !told.has(subject))
        .map(({ partner, name, expiresAt, days, subject }) => ({
          ...{ kind: 'certificate_expiring', partner, operationId: null, callbackId: null, subject },
          details: { certificate: name, expiresAt: expiresAt.toISOString(), withinDays: days },
        })),
    );
    return ending.length > 0 ? `${String(ending.length)} certificates come to their end` : null;
  }
}
