import { type About, type Notice } from '#partner-kit';
import { Database } from '#platform';
import { Injectable } from '@nestjs/common';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';

const BY_TOPIC = {
  name: 'topics-find',
  text: `SELECT o.partner, o.awaits, o.id FROM unnest($1::text[], $2::text[]) AS told(partner, topic)
    JOIN operations o ON o.partner = told.partner AND o.awaits = told.topic`,
};

const BY_REFERENCE = {
  name: 'references-find',
  text: `SELECT r.partner, r.reference, r.operation_id FROM unnest($1::text[], $2::text[]) AS asked(partner, reference)
    JOIN partner_references r ON r.partner = asked.partner AND r.reference = asked.reference`,
};

/** One notice of one partner. */
export interface FromPartner {
  readonly partner: string;
  readonly notice: Notice;
}

/**
 * How well what a notice names goes together. `named`: all that is known fits. `unproven`: it names our id, beside
 * identifiers that nobody has connected with it, nor with anything else. `foreign`: beside identifiers of something else.
 */
export type Fit = 'named' | 'unproven' | 'foreign';

export interface Matched {
  readonly operation: Operation;
  readonly fit: Fit;
}

/** Which operations is a notice about? More than one only where it speaks of what several of them await. */
export type Match = (partner: string, about: About) => readonly Matched[];

const keyOf = (partner: string, reference: string) => `${partner}\n${reference}`;

const aboutOf = (notice: Notice): About | null => {
  switch (notice.is) {
    case 'outcome':
    case 'reply':
      return notice.about;
    case 'receipt':
      return { receipt: notice.receipt };
    case 'balance':
    case 'ignored':
      return null;
  }
};

const namesOf = ({ references = [], receipt }: About): readonly string[] =>
  receipt === undefined ? references : [...references, receipt];

function fitOf(operation: Operation, { references = [] }: About, owners: readonly string[]): Fit {
  const { id, partnerReference } = operation;
  const isOwn = (reference: string) => reference === id || reference === partnerReference;
  if (references.length === 0 || references.some(isOwn) || owners.includes(id)) return 'named';
  return owners.length > 0 || partnerReference !== null ? 'foreign' : 'unproven';
}

/** Finds the operations that a whole set of notices is about, in three statements at most. */
@Injectable()
export class Matching {
  constructor(
    private readonly database: Database,
    private readonly reader: OperationReader,
  ) {}

  async find(notices: readonly FromPartner[]): Promise<Match> {
    const asked = notices.flatMap(({ partner, notice }) => {
      const about = aboutOf(notice);
      return about ? [{ partner, about }] : [];
    });
    const byReference = await this.byReference(asked);
    const byTopic = await this.byTopic(asked);
    const ids = new Set([...byReference.values(), ...[...byTopic.values()].flat()]);
    for (const { about } of asked) if (about.operation !== undefined) ids.add(about.operation);
    const operations = await this.reader.findMany([...ids]);
    return (partner, about) => {
      const owners = namesOf(about).flatMap((name) => byReference.get(keyOf(partner, name)) ?? []);
      // Our own id outranks what the partner calls it, and has to go together with it.
      for (const id of about.operation === undefined ? owners : [about.operation]) {
        const operation = operations.get(id);
        // A callback key opens the door of one partner only: it cannot speak of another's operations.
        if (operation?.partner === partner) return [{ operation, fit: fitOf(operation, about, owners) }];
      }
      const waiting = about.topic === undefined ? [] : (byTopic.get(keyOf(partner, about.topic)) ?? []);
      return waiting.flatMap((id) => {
        const operation = operations.get(id);
        return operation ? [{ operation, fit: 'named' as const }] : [];
      });
    };
  }

  private async byTopic(
    asked: readonly { partner: string; about: About }[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const topics = new Map(
      asked.flatMap(({ partner, about: { topic } }) =>
        topic === undefined ? [] : [[keyOf(partner, topic), { partner, topic }] as const],
      ),
    );
    if (topics.size === 0) return new Map();
    const told = [...topics.values()];
    const rows = await this.database.query<{ partner: string; awaits: string; id: string }>(BY_TOPIC, [
      told.map(({ partner }) => partner),
      told.map(({ topic }) => topic),
    ]);
    const found = new Map<string, string[]>();
    for (const { partner, awaits, id } of rows)
      found.set(keyOf(partner, awaits), [...(found.get(keyOf(partner, awaits)) ?? []), id]);
    return found;
  }

  private async byReference(
    asked: readonly { partner: string; about: About }[],
  ): Promise<Map<string, string>> {
    const names = asked.flatMap(({ partner, about }) =>
      namesOf(about).map((reference) => ({ partner, reference })),
    );
    if (names.length === 0) return new Map();
    const rows = await this.database.query<{ partner: string; reference: string; operation_id: string }>(
      BY_REFERENCE,
      [names.map(({ partner }) => partner), names.map(({ reference }) => reference)],
    );
    return new Map(rows.map((row) => [keyOf(row.partner, row.reference), row.operation_id]));
  }
}
