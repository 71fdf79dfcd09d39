import { Database, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';

/** A token that is kept, and until when it is good. Over: nobody has needed one since. */
export interface TokenEnd {
  readonly partner: string;
  readonly name: string;
  readonly expiresAt: Date;
  /** Negative once it is over. */
  readonly leftMs: number;
}

const ENDS = {
  name: 'token-ends',
  text: `SELECT partner, name, expires_at FROM partner_tokens
    WHERE ($1::text IS NULL OR partner = $1) AND name NOT LIKE 'lease of %' ORDER BY partner, name`,
};

interface Row {
  readonly partner: string;
  readonly name: string;
  readonly expires_at: Date;
}

/** When the partners' access tokens end. They are renewed by whoever needs one. */
@Injectable()
export class TokenEnds {
  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
  ) {}

  /** Of one partner, or of all. */
  async all(partner: string | null = null): Promise<readonly TokenEnd[]> {
    const rows = await this.database.query<Row>(ENDS, [partner]);
    const now = this.clock.now().getTime();
    return rows.map(({ expires_at: expiresAt, ...row }) => ({
      ...{ ...row, expiresAt, leftMs: expiresAt.getTime() - now },
    }));
  }
}
