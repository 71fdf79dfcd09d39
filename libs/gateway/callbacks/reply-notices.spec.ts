import { newId } from '#domain';
import {
  type CallbackStrength,
  type EnquiryOutcome,
  type JsonObject,
  type Notice,
  type Outcome,
  type Partner,
  type PartnerRegistry,
  type SubmittedOrder,
} from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Messages } from '../messages/messages.js';
import { Ledger } from '../operations/ledger.js';
import { refused } from '../operations/news/spec-support.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { type BalanceReadings } from '../partners/balance-readings.js';
import { PartnerCalls } from '../work/partner-calls.js';
import { type Resubmissions } from '../work/resubmissions.js';
import { type Lane, Submissions } from '../work/submissions.js';
import { CallbackRows } from './callback-rows.js';
import { Matching } from './matching.js';
import { OutcomeNotices } from './outcome-notices.js';
import { CallbackProcessor } from './processor.js';
import { type ReceiptNotices } from './receipt-notices.js';

const LEASE_MS = 60_000;
/** More often than an operation is waited for that is being written down. */
const OFTEN = 10;
const TOPIC = 'parties/MSISDN/221770000001';

const asks = (memo: JsonObject): EnquiryOutcome => ({
  is: 'needsConfirmation',
  nextAction: { type: 'confirm', step: 'party', party: { name: 'Awa', institution: 'dfsp' }, quote: null },
  expiresAt: new Date(Date.now() + 60_000),
  memo,
});

describe('a partner that asks by callback, and names no operation', () => {
  let postgres: OpenDatabase;
  let reader: OperationReader;
  let submissions: Submissions;
  let verdicts: Verdicts;
  let processor: CallbackProcessor;
  let lane: Lane;
  let strength: CallbackStrength;
  let confirmation: 'automatic' | 'manual';
  /** What it has been given back with each yes. */
  let memos: unknown[];
  /** What comes of an order, once something else has happened. */
  let meanwhile: () => Promise<void>;
  const says = new Map<string, Notice>();
  const clock = new SystemClock();

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const rows = <Row extends object>(text: string, values: unknown[] = []) =>
    postgres.database.query<Row>({ name: '', text }, values);

  const store = async (partner = lane.partner.id): Promise<string> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, due_at)
       VALUES ($1, 'bank', 'transfer', $2, 'received', 15000, 'XOF', now())`,
      [id, partner],
    );
    return id;
  };
  const send = async () => {
    for (const claimed of await submissions.claimDue(lane, 10, LEASE_MS))
      await submissions.send(lane, claimed, LEASE_MS);
  };
  const sayYes = async (): Promise<number> => {
    const claimed = await submissions.claimConfirmed(lane, 10, LEASE_MS);
    for (const one of claimed) await submissions.send(lane, one, LEASE_MS);
    return claimed.length;
  };
  const keep = async (notice: Notice, ageMinutes = 0, tries = 0): Promise<string> => {
    const id = newId(clock.now());
    says.set(id, notice);
    await sql(
      `INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state, due_at, received_at, tries)
       VALUES ($1, $2, 'PUT', $3, '{}', '', '127.0.0.1', '', 'authentic', 'stored', now(),
         now() - make_interval(mins => $4::int), $5)`,
      [id, lane.partner.id, id, ageMinutes, tries],
    );
    return id;
  };
  const tell = async (notice: Notice, ageMinutes = 0, tries = 0): Promise<string> => {
    const id = await keep(notice, ageMinutes, tries);
    while ((await processor.processDue(10, 30_000)) > 0);
    return id;
  };
  const found = (outcomeFor: (order: SubmittedOrder) => EnquiryOutcome | null): Notice => {
    return { is: 'reply', about: { topic: TOPIC }, outcomeFor };
  };
  const party = found(() => asks({ party: 'Awa' }));
  const callbackState = async (id: string) =>
    (await rows<{ state: string }>('SELECT state FROM callbacks WHERE id = $1', [id]))[0]?.state;

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    reader = new OperationReader(database);
    verdicts = new Verdicts(new Ledger(database, clock), reader, clock);
    const calls = new PartnerCalls(reader, new Messages(database, clock));
    submissions = new Submissions(database, calls, verdicts, clock);
    processor = new CallbackProcessor(
      new CallbackRows(database, clock),
      { find: () => lane.partner } as unknown as PartnerRegistry,
      new Matching(database, reader),
      new OutcomeNotices(database, reader, verdicts, calls, {} as Resubmissions),
      {} as ReceiptNotices,
      {} as BalanceReadings,
    );
  });
  beforeEach(async () => {
    await sql('TRUNCATE operations, callbacks, partner_references, discrepancies');
    memos = [];
    strength = 'signature';
    confirmation = 'automatic';
    meanwhile = () => Promise.resolve();
    const disburse = async (): Promise<Outcome> => {
      await meanwhile();
      return { is: 'pending', reference: `T-${newId(clock.now())}`, awaits: TOPIC };
    };
    const confirm = (order: SubmittedOrder): Promise<Outcome> => {
      memos.push(order.memo);
      return Promise.resolve({ is: 'pending', memo: { ...order.memo, sent: true } });
    };
    const enquire = () => Promise.resolve({ is: 'pending' });
    const partner = {
      id: `p-${newId(clock.now())}`,
      enabled: true,
      get confirmation() {
        return confirmation;
      },
      adapter: {
        callbacks: {
          get strength() {
            return strength;
          },
          read: ({ path }: { path: string }) => [says.get(path)],
        },
        disbursements: { disburse, confirm, enquire, resubmissionIsSafe: () => true },
      },
      descriptor: {
        pace: { default: { perSecond: 1_000, burst: 1_000, concurrency: 100 } },
        ...{ enquiryTimetableMs: [60_000], visibilityDelayMs: 0 },
        ...{ submitForMs: 60_000, unresolvedAfterMs: 60_000 },
      },
    } as unknown as Partner;
    lane = { partner, kind: 'transfer', capability: 'disbursements' };
    await sql('INSERT INTO partner_gates (partner, capability, tokens) VALUES ($1, $2, 1000)', [
      partner.id,
      'disbursements',
    ]);
  });
  afterAll(() => postgres.close());

  it('is heard by every operation that awaits its topic, and by no other', async () => {
    const ids = [await store(), await store()];
    await send();
    const elsewhere = await store('another-partner');
    await sql(`UPDATE operations SET awaits = $1 WHERE id = $2`, [TOPIC, elsewhere]);
    const callback = await tell(party);
    for (const id of ids)
      expect(await reader.find(id)).toMatchObject({
        state: 'awaiting_confirmation',
        confirmedStep: 'party',
        memo: { party: 'Awa' },
      });
    expect(await reader.find(elsewhere)).toMatchObject({ state: 'received', memo: null });
    expect(await rows('SELECT 1 FROM notices WHERE callback_id = $1', [callback])).toHaveLength(2);
    expect(await rows('SELECT awaits FROM operations WHERE id = ANY($1)', [ids])).toEqual([
      { awaits: null },
      { awaits: null },
    ]);
  });

  it('gets its yes by the lane of the confirmed, with what was kept', async () => {
    const id = await store();
    await send();
    await tell(party);
    expect(await sayYes()).toBe(1);
    expect(memos).toEqual([{ party: 'Awa' }]);
    expect(await reader.find(id)).toMatchObject({
      state: 'pending',
      attempts: 2,
      memo: { party: 'Awa', sent: true },
    });
  });

  it('waits for a person where one has to look', async () => {
    confirmation = 'manual';
    const id = await store();
    await send();
    await tell(party);
    expect(await reader.find(id)).toMatchObject({ state: 'awaiting_confirmation', confirmedStep: null });
    expect(await sayYes()).toBe(0);
  });

  it('is not believed where its callbacks prove nothing: the partner is asked at once', async () => {
    strength = 'shared_secret';
    const id = await store();
    await send();
    await tell(party);
    expect(await reader.find(id)).toMatchObject({ state: 'pending', memo: null });
    expect(await rows('SELECT 1 FROM operations WHERE id = $1 AND due_at <= now()', [id])).toHaveLength(1);
  });

  it('is waited with until somebody awaits it, and is no matter for a person where nobody does', async () => {
    const callback = await tell(party);
    expect(await callbackState(callback)).toBe('waiting');
    const id = await store();
    await send();
    await sql('UPDATE callbacks SET due_at = now()');
    await processor.processDue(10, 30_000);
    expect(await callbackState(callback)).toBe('done');
    expect(await reader.find(id)).toMatchObject({ state: 'awaiting_confirmation' });
    expect(await callbackState(await tell(party, 11))).toBe('waiting');
    expect(await callbackState(await tell(party, 11, OFTEN))).toBe('done');
    expect(await rows('SELECT 1 FROM discrepancies')).toEqual([]);
  });

  it('is not heard by what was asked after it had come', async () => {
    await tell(found(() => refused));
    await sql("UPDATE callbacks SET due_at = now(), received_at = now() - interval '5 seconds'");
    const id = await store();
    await send();
    expect(await processor.processDue(10, 30_000)).toBe(1);
    expect(await reader.find(id)).toMatchObject({ state: 'pending' });
  });

  it('changes nothing by what is of an earlier step', async () => {
    const id = await store();
    await send();
    await tell(party);
    await sayYes();
    const { partnerReference } = (await reader.find(id)) ?? {};
    const about = { references: [String(partnerReference)] };
    await tell({ is: 'reply', about, outcomeFor: () => null });
    await tell({ is: 'reply', about, outcomeFor: () => asks({ party: 'somebody else' }) });
    expect(await reader.find(id)).toMatchObject({
      state: 'pending',
      attempts: 2,
      memo: { party: 'Awa', sent: true },
    });
  });

  it('is read again against the operation as it stands, where two answers come at once', async () => {
    const id = await store();
    await send();
    const once = found(({ memo }) => (memo === null ? refused : null));
    await Promise.all([keep(party), keep(once)]);
    await processor.processDue(10, 30_000);
    const now = await reader.find(id);
    // Whichever came first has its way; the other is of a step that lies behind then, or of what has ended.
    expect(['awaiting_confirmation', 'failed']).toContain(now?.state);
    expect(await rows('SELECT 1 FROM transitions WHERE operation_id = $1', [id])).toHaveLength(3);
  });

  it('is not undone by the answer to an enquiry that was asked before it', async () => {
    const id = await store();
    await send();
    const asked = await reader.find(id);
    await tell(party);
    const heardLate = async () => {
      if (!asked) throw new Error('it is not there');
      return verdicts.take(asked, {
        partner: lane.partner,
        news: { outcome: refused, from: 'enquiry', conclusive: true, enquiry: 1 },
        actor: 'partner',
        evidence: {},
        resubmissionIsSafe: false,
      });
    };
    expect(await heardLate()).toMatchObject({ effect: 'repeat' });
    await sayYes();
    expect(await heardLate()).toMatchObject({ effect: 'repeat' });
    expect(await reader.find(id)).toMatchObject({ state: 'pending', memo: { party: 'Awa', sent: true } });
  });

  it('keeps what the question brought, when the answer to the order itself comes after it', async () => {
    const id = await store();
    meanwhile = async () => {
      await tell({ is: 'reply', about: { operation: id }, outcomeFor: () => asks({ party: 'Awa' }) });
    };
    await send();
    expect(await reader.find(id)).toMatchObject({
      state: 'awaiting_confirmation',
      confirmedStep: 'party',
      memo: { party: 'Awa' },
    });
    expect(await rows('SELECT awaits, outcome FROM operations JOIN attempts ON operation_id = id')).toEqual([
      { awaits: null, outcome: 'pending' },
    ]);
  });
});
