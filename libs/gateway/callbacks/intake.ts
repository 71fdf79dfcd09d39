import { hash } from 'node:crypto';
import { newId } from '#domain';
import {
  type CallbackAnswer,
  type Callbacks,
  type Partner,
  type RawCallback,
  type Verdict,
} from '#partner-kit';
import { Coalescer, Database, isDataError, SystemClock } from '#platform';
import { Injectable } from '@nestjs/common';
import { PartnerGates } from '../partners/partner-gates.js';

const STORE = {
  name: 'callbacks-store',
  text: `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, verdict_why, state, due_at)
    SELECT id, partner, method, path, headers, decode(body, 'base64'), source, decode(digest, 'base64'), verdict, why,
      CASE verdict WHEN 'forged' THEN 'forged' ELSE 'stored' END, CASE verdict WHEN 'forged' THEN NULL ELSE now() END
    FROM json_to_recordset($1::json) AS r(id uuid, partner text, method text, path text, headers jsonb, body text,
      source text, digest text, verdict text, why text)`,
};

/** Headers that carry a credential: their presence is evidence, their value is not ours to keep. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];

/** What the partner is told, and whether it was believed. */
export interface Received {
  readonly verdict: Verdict;
  /** Null: it is forged, and the partner has no words of its own for that. */
  readonly answer: CallbackAnswer | null;
}

interface Evidence {
  readonly partner: string;
  readonly raw: RawCallback;
  readonly verdict: Verdict;
}

/** Keeps what partners send us, before it is understood: once this returns, it is durable. */
@Injectable()
export class CallbackIntake {
  private readonly evidence: Coalescer<Evidence, true>;

  constructor(
    private readonly database: Database,
    private readonly clock: SystemClock,
    private readonly gates: PartnerGates,
  ) {
    this.evidence = new Coalescer<Evidence, true>({
      run: (batch) => this.store(batch),
      isolates: isDataError,
      // While some batches wait for the disk, the next one is gathered.
      parallel: 4,
      maxBatch: 256,
    });
  }

  /**
   * A forged callback is kept as evidence and never interpreted.
   * @param door where it came in: at the address that the world can reach, or at the partner's own
   * @throws DatabaseUnavailable when it cannot be kept: then it must not be acknowledged
   */
  async receive(
    partner: Partner,
    raw: RawCallback,
    door: 'public' | 'private' = 'public',
  ): Promise<Received> {
    const { callbacks } = partner.adapter;
    const verdict = verdictOn(callbacks, raw, door);
    await this.keep(partner, raw, verdict);
    const answer = verdict.is === 'forged' ? callbacks?.refuse?.(raw) : callbacks?.answer(raw);
    return { verdict, answer: answer ?? null };
  }

  /**
   * What was judged elsewhere already.
   * @throws DatabaseUnavailable when it cannot be kept
   */
  async keep({ id: partner }: Partner, raw: RawCallback, verdict: Verdict): Promise<void> {
    await this.evidence.submit({ partner, raw, verdict });
    if (verdict.is !== 'forged') this.gates.report(partner, 'callbacks', true);
  }

  private async store(batch: readonly Evidence[]): Promise<true[]> {
    const rows = batch.map(({ partner, raw, verdict }) => ({
      id: newId(this.clock.now()),
      partner,
      method: raw.method,
      path: raw.path,
      headers: withoutCredentials(raw.headers),
      body: raw.body.toString('base64'),
      source: raw.source,
      digest: hash('sha256', raw.body, 'base64'),
      verdict: verdict.is,
      why: verdict.is === 'authentic' ? null : verdict.why,
    }));
    await this.database.query(STORE, [JSON.stringify(rows)]);
    return batch.map(() => true);
  }
}

function verdictOn(callbacks: Callbacks | undefined, raw: RawCallback, door: 'public' | 'private'): Verdict {
  if (!callbacks) return { is: 'forged', why: 'this partner sends no callbacks' };
  if (callbacks.strength === 'private_listener' && door === 'public')
    return { is: 'forged', why: 'it did not come through the partner’s own door' };
  return callbacks.verify(raw);
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = { ...headers };
  for (const name of CREDENTIALS) if (name in kept) kept[name] = '***';
  return kept;
}
