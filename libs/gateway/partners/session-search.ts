import { isId } from '#domain';
import { type PartnerSession, type SessionQuery } from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { paceOf } from './gate.js';
import { type Answered, type Askable, GatedCalls, type Turned } from './gated-calls.js';
import {
  isNarrowed,
  type OperationFilters,
  type SessionOperation,
  SessionOperations,
} from './session-operations.js';

/**
 * Which sessions. With `sessionId`, `transactionId` or `reference` (the first one given counts) the partner is asked
 * for that one; otherwise for the sessions of our own operations that fit. The operation's filters hold either way.
 */
export interface SessionFilters extends Omit<OperationFilters, 'clientReference'> {
  /** The partner's identifier of the session. */
  readonly sessionId?: string | undefined;
  /** The partner's identifier of the money's movement. */
  readonly transactionId?: string | undefined;
  /** Our operation id, or the reference that the client gave. */
  readonly reference?: string | undefined;
}

/** A session as the partner holds it at this moment. */
export interface FoundSession extends PartnerSession {
  /** Our operation; null where it is none of ours. */
  readonly operation: string | null;
}

export type SessionResult =
  | {
      readonly is: 'answered';
      readonly sessions: readonly FoundSession[];
      /** False where there are more, or the partner could not be asked for all of them. */
      readonly complete: boolean;
    }
  | Turned;

/** How many of our own operations one search asks the partner about. */
const MOST_OPERATIONS = 20;

interface Read {
  readonly sessions: readonly PartnerSession[];
  readonly complete: boolean;
}

/** Finds collections live at the partner. */
@Injectable()
export class SessionSearch {
  constructor(
    private readonly calls: GatedCalls,
    private readonly operations: SessionOperations,
  ) {}

  async find(id: string, filters: SessionFilters): Promise<SessionResult> {
    const found = this.calls.find(id, 'sessions');
    if (found.is !== 'askable') return found;
    const query = queryOf(filters);
    const read = query ? await this.readOne(found, query) : await this.readNarrowed(found, filters);
    if (read.is !== 'answered') return read;
    const { sessions, complete } = read.answer;
    return { is: 'answered', sessions: await this.withOperations(id, sessions, filters), complete };
  }

  private async readOne(found: Askable<'sessions'>, query: SessionQuery): Promise<Answered<Read>> {
    const answer = await this.calls.ask(found, (sessions) => sessions.find(query));
    return answer.is === 'answered'
      ? { is: 'answered', answer: { sessions: answer.answer, complete: true } }
      : answer;
  }

  private async readNarrowed(
    found: Askable<'sessions'>,
    { reference, ...filters }: SessionFilters,
  ): Promise<Answered<Read>> {
    const { partner } = found;
    const narrow = { ...filters, clientReference: reference };
    const newest = await this.operations.newest(partner.id, narrow, MOST_OPERATIONS + 1);
    const asked = newest.slice(0, MOST_OPERATIONS);
    const queue = asked.values();
    const answers: Answered<readonly PartnerSession[]>[] = [];
    const readOn = async (): Promise<void> => {
      for (const operation of queue) {
        const answer = await this.calls.ask(found, (sessions) => sessions.find(sessionOf(operation)));
        answers.push(answer);
        if (answer.is !== 'answered') return;
      }
    };
    const atOnce = Math.min(paceOf(partner, 'sessions').concurrency, asked.length);
    await Promise.all(Array.from({ length: atOnce }, readOn));
    return joined(answers, newest.length);
  }

  private async withOperations(
    partner: string,
    sessions: readonly PartnerSession[],
    { reference: _, ...filters }: SessionFilters,
  ): Promise<readonly FoundSession[]> {
    if (sessions.length === 0) return [];
    const owners = await this.operations.ownersOf(partner, sessions, filters);
    return sessions
      .map((session) => ({ ...session, operation: owners.get(session.id) ?? null }))
      .filter(({ operation }) => operation !== null || !isNarrowed(filters));
  }
}

/** A reference that is no operation id is the client's own, which partners do not know. */
function queryOf({ sessionId, transactionId, reference }: SessionFilters): SessionQuery | null {
  if (sessionId !== undefined) return { by: 'id', value: sessionId };
  if (transactionId !== undefined) return { by: 'transaction', value: transactionId };
  return reference !== undefined && isId(reference) ? { by: 'reference', value: reference } : null;
}

const sessionOf = ({ id, partnerReference }: SessionOperation): SessionQuery =>
  partnerReference === null ? { by: 'reference', value: id } : { by: 'id', value: partnerReference };

/** What was read, newest first; where nothing could be, why. */
function joined(answers: readonly Answered<readonly PartnerSession[]>[], wanted: number): Answered<Read> {
  const read = answers.flatMap((answer) => (answer.is === 'answered' ? [answer.answer] : []));
  const turned = answers.find((answer) => answer.is !== 'answered');
  if (read.length === 0 && turned) return turned;
  const byId = new Map(read.flat().map((session) => [session.id, session]));
  const sessions = [...byId.values()].sort(
    (one, other) => other.createdAt.getTime() - one.createdAt.getTime(),
  );
  return { is: 'answered', answer: { sessions, complete: read.length === wanted } };
}
