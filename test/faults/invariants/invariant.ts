import type pg from 'pg';
import { type SandboxControls } from '../../support/sandbox-controls.js';
import { type Absence } from '../absences.js';
import { type Acknowledgement, type Answered } from '../world.js';
import { type LogWatch } from './log-watch.js';

export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9';

/** What invariants look at, all of it from outside of the processes. */
export interface Evidence {
  readonly database: pg.Pool;
  readonly sandbox: SandboxControls;
  readonly partners: readonly string[];
  readonly acknowledged: readonly Acknowledgement[];
  /** Sends an acknowledged request once more. */
  readonly replay: (acknowledgement: Extract<Acknowledgement, { what: 'operation' }>) => Promise<Answered>;
  readonly logs: LogWatch;
  /** Of PostgreSQL alone: one for all stages of a run, which share it. */
  readonly postgresLog: LogWatch;
  /** How processes of ours ended that nobody had told to, since this was asked last. */
  readonly newUnaskedEnds: () => readonly string[];
  /** What no log may show. */
  readonly secrets: readonly string[];
  /** When nobody was there who could have flagged anything. */
  readonly absences: readonly Absence[];
  /** The longest that an operation may be without an end and without a flag. */
  readonly flaggedWithinMs: number;
  /** By partner, how long after it was sent an operation that has not ended is late. */
  readonly lateAfterMs: ReadonlyMap<string, number>;
}

/** Something that always holds, whatever went wrong. */
export interface Invariant {
  readonly id: InvariantId;
  readonly title: string;
  /** @returns each violation as a sentence; none: it holds */
  check(evidence: Evidence): Promise<readonly string[]>;
}

const NAMED = 5;

/** The first few of many sentences. */
export const fewOf = (sentences: readonly string[]): readonly string[] =>
  sentences.length <= NAMED
    ? sentences
    : [...sentences.slice(0, NAMED), `and ${sentences.length - NAMED} more`];
