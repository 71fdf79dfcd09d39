import { type ConfirmationStep, newId } from '#domain';
import {
  NotReached,
  type Outcome,
  type Partner,
  type PartnerRegistry,
  type SubmittedOrder,
} from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Messages } from '../messages/messages.js';
import { OperationActions } from '../operations/actions.js';
import { Ledger } from '../operations/ledger.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { type PartnerGates } from '../partners/partner-gates.js';
import { PartnerCalls } from './partner-calls.js';
import { type Lane, Submissions } from './submissions.js';
import { Sweeps } from './sweeps.js';

const LEASE_MS = 60_000;
const CLIENT = 'bank';

describe('a partner that asks before it moves money', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let calls: PartnerCalls;
  let submissions: Submissions;
  let actions: OperationActions;
  let sweeps: Sweeps;
  let lane: Lane;
  /** What the partner was told, in order: "POST", "yes party". */
  let told: string[];
  /** How long its offers stand. */
  let offersForMs: number;
  /** What comes of the next yes, instead of what should. */
  let mishap: Outcome | null;
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const question = (step: ConfirmationStep): Outcome => ({
    is: 'needsConfirmation',
    reference: 'T-1',
    nextAction: { type: 'confirm', step, party: { name: 'Awa', institution: 'dfsp' }, quote: null },
    expiresAt: new Date(clock.now().getTime() + offersForMs),
  });
  const yes = async (order: SubmittedOrder, step: ConfirmationStep): Promise<Outcome> => {
    // Both are there before the yes leaves: who would have to ask what became of it can.
    expect(order.partnerReference).toBe('T-1');
    expect(await reader.find(order.id)).toMatchObject({ state: 'submitting', confirmedStep: step });
    if (mishap) {
      const outcome = mishap;
      mishap = null;
      return outcome;
    }
    told.push(`yes ${step}`);
    return step === 'party' ? question('quote') : { is: 'succeeded', receipt: `R-${order.id}` };
  };

  const arrive = async (confirmation: 'automatic' | 'manual' | null = null): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at, confirmation)
       VALUES ($1, $2, 'transfer', $3, 'received', 15000, 'XOF', now(), $4)`,
      [id, CLIENT, lane.partner.id, confirmation],
    );
    for (const claimed of await submissions.claimDue(lane, 1, LEASE_MS))
      await submissions.send(lane, claimed, LEASE_MS);
    return id;
  };
  /** What the lane of the confirmed would do now. */
  const goOn = async (): Promise<number> => {
    const claimed = await submissions.claimConfirmed(lane, 10, LEASE_MS);
    for (const one of claimed) await submissions.send(lane, one, LEASE_MS);
    return claimed.length;
  };
  const stateOf = async (id: string) => (await reader.find(id))?.state;
  const confirm = (id: string, step: ConfirmationStep) => actions.confirm(CLIENT, id, step);

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    reader = new OperationReader(database);
    const ledger = new Ledger(database, clock);
    const verdicts = new Verdicts(ledger, reader, clock);
    calls = new PartnerCalls(reader, new Messages(database, clock));
    submissions = new Submissions(database, calls, verdicts, clock);
    sweeps = new Sweeps(database, clock);
    const partners = { find: () => lane.partner } as unknown as PartnerRegistry;
    actions = new OperationActions(
      reader,
      ledger,
      verdicts,
      partners,
      { acquire: () => Promise.resolve({ granted: true }) } as unknown as PartnerGates,
      calls,
      clock,
    );
  });
  beforeEach(async () => {
    told = [];
    offersForMs = 60_000;
    mishap = null;
    const disburse = (): Promise<Outcome> => {
      told.push('POST');
      return Promise.resolve(question('party'));
    };
    const partner = {
      id: `p-${newId(clock.now())}`,
      enabled: true,
      confirmation: 'manual',
      adapter: {
        disbursements: { disburse, confirm: yes, resubmissionIsSafe: () => true },
      },
      descriptor: {
        pace: { default: { perSecond: 1_000, burst: 1_000, concurrency: 100 } },
        enquiryTimetableMs: [1_000],
        visibilityDelayMs: 0,
        submitForMs: 60_000,
        unresolvedAfterMs: 60_000,
      },
    } as unknown as Partner;
    lane = { partner, kind: 'transfer', capability: 'disbursements' };
    await sql('INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, $2, 1000)', [
      partner.id,
      'disbursements',
    ]);
  });
  afterAll(() => postgres.close());

  it('is answered by rule, question after question, where nobody wants to look', async () => {
    const id = await arrive('automatic');
    expect(told).toEqual(['POST', 'yes party', 'yes quote']);
    expect(await reader.find(id)).toMatchObject({ state: 'succeeded', attempts: 3, partnerReference: 'T-1' });
  });

  it('stops at each question until the client has answered it', async () => {
    const id = await arrive();
    expect(await stateOf(id)).toBe('awaiting_confirmation');
    expect(await goOn()).toBe(0);
    expect(await confirm(id, 'party')).toMatchObject({ is: 'done' });
    expect(await goOn()).toBe(1);
    expect(await reader.find(id)).toMatchObject({
      state: 'awaiting_confirmation',
      confirmedStep: null,
      nextAction: { step: 'quote' },
    });
    expect(await goOn()).toBe(0);
    await confirm(id, 'quote');
    await goOn();
    expect(await stateOf(id)).toBe('succeeded');
    expect(told).toEqual(['POST', 'yes party', 'yes quote']);
  });

  it('is told one yes, however often the client says it', async () => {
    const id = await arrive();
    await Promise.all(Array.from({ length: 10 }, () => confirm(id, 'party')));
    const claims = await Promise.all([goOn(), goOn(), goOn()]);
    expect(claims.reduce((sum, count) => sum + count)).toBe(1);
    // The answer to the first question comes again: it is no answer to the second.
    expect(await confirm(id, 'party')).toMatchObject({ is: 'done' });
    expect(await goOn()).toBe(0);
    expect(told).toEqual(['POST', 'yes party']);
  });

  it('is not answered unseen: the question has to be named', async () => {
    const id = await arrive();
    expect(await confirm(id, 'quote')).toMatchObject({
      is: 'refused',
      code: 'operation-not-awaiting-confirmation',
      message: 'It is the party that is to be confirmed, not the quote',
    });
    expect(await goOn()).toBe(0);
  });

  it('keeps a yes that did not leave us, and is not asked for another price', async () => {
    const id = await arrive();
    mishap = { is: 'notSent', cause: new NotReached('refused') };
    await confirm(id, 'party');
    await goOn();
    expect(await reader.find(id)).toMatchObject({
      state: 'awaiting_confirmation',
      confirmedStep: 'party',
      attempts: 2,
    });
    await sql('UPDATE operations SET due_at = now() WHERE id = $1', [id]);
    await goOn();
    expect(told).toEqual(['POST', 'yes party']);
  });

  it('is never told a yes once its offer has run out', async () => {
    const id = await arrive();
    await confirm(id, 'party');
    await sql("UPDATE operations SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    expect(await goOn()).toBe(0);
    await sweeps.unconfirmed([lane.partner.id]);
    expect(await reader.find(id)).toMatchObject({ state: 'expired', failure: { reason: 'quote_expired' } });
    expect(told).toEqual(['POST']);
  });

  it('does not leave a yes behind that is due: only offers that ran out expire', async () => {
    const id = await arrive();
    await confirm(id, 'party');
    await sweeps.unconfirmed([lane.partner.id]);
    expect(await stateOf(id)).toBe('awaiting_confirmation');
  });

  it('refuses a yes that comes too late', async () => {
    offersForMs = -1;
    const id = await arrive();
    expect(await confirm(id, 'party')).toMatchObject({ is: 'refused', message: 'The offer has run out' });
  });

  it('hears nothing any more once the client has withdrawn: silence is a no', async () => {
    const id = await arrive();
    expect(await actions.cancel(CLIENT, id)).toMatchObject({ is: 'done', operation: { state: 'cancelled' } });
    expect(await confirm(id, 'party')).toMatchObject({ is: 'refused' });
    expect(await goOn()).toBe(0);
    expect(told).toEqual(['POST']);
  });

  it('gets its yes, or the client its no, where both come at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      told = [];
      const id = await arrive();
      await confirm(id, 'party');
      const [claimed, withdrawn] = await Promise.all([goOn(), actions.cancel(CLIENT, id)]);
      expect(told).toEqual(claimed === 1 ? ['POST', 'yes party'] : ['POST']);
      if (claimed === 0) expect(withdrawn).toMatchObject({ is: 'done', operation: { state: 'cancelled' } });
    }
  });

  it('gets one yes for a question that it asks again', async () => {
    const id = await arrive();
    mishap = question('party');
    await confirm(id, 'party');
    await goOn();
    expect(await stateOf(id)).toBe('submitting');
    await sql('UPDATE operations SET due_at = now() WHERE id = $1', [id]);
    await sweeps.abandoned([lane.partner.id]);
    expect(await stateOf(id)).toBe('unknown');
    expect(await goOn()).toBe(0);
  });

  it('is not told a yes that was claimed in time and is ready too late', async () => {
    const id = await arrive();
    await confirm(id, 'party');
    const [claimed] = await submissions.claimConfirmed(lane, 1, LEASE_MS);
    if (!claimed) throw new Error('nothing was claimed');
    await sql("UPDATE operations SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    const late = await reader.find(id);
    if (!late) throw new Error('it is gone');
    await submissions.send(lane, { ...claimed, operation: late, sendBy: performance.now() - 1 }, LEASE_MS);
    expect(await stateOf(id)).toBe('expired');
    expect(told).toEqual(['POST']);
  });

  it('may have moved money when the yes is lost: then it is asked, and nothing is sent again', async () => {
    const id = await arrive();
    mishap = { is: 'unknown', cause: new Error('reset') };
    await confirm(id, 'party');
    await goOn();
    const operation = await reader.find(id);
    expect(operation).toMatchObject({ state: 'unknown', partnerReference: 'T-1' });
    if (operation) expect(calls.resubmissionIsSafe(lane.partner, operation)).toBe(false);
    expect(await goOn()).toBe(0);
  });
});
