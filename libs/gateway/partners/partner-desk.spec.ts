import { Money, newId } from '#domain';
import {
  type AccountBalance,
  defineAdapter,
  NoAnswer,
  NotReached,
  type PartnerAdapter,
  PartnerBusy,
  PartnerRegistry,
  type PartnerSession,
  TooSlow,
} from '#partner-kit';
import { MemorySightings } from '#partner-kit/testing';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { BalanceDesk } from './balance-desk.js';
import { BalanceReadings } from './balance-readings.js';
import { BalanceWatch } from './balance-watch.js';
import { GateReports } from './gate-reports.js';
import { GatedCalls } from './gated-calls.js';
import { PartnerDesk } from './partner-desk.js';
import { PartnerGates } from './partner-gates.js';
import { SessionOperations } from './session-operations.js';
import { SessionSearch } from './session-search.js';
import { TokenEnds } from './tokens/token-ends.js';

const DESCRIPTOR: PartnerAdapter['descriptor'] = {
  title: 'Sahel',
  country: 'SN',
  limits: { collections: [{ currency: 'XOF', least: '1', most: '1000000', wholeUnits: true }] },
  payerTypes: ['msisdn'],
  payeeTypes: ['msisdn'],
  enquiryTimetableMs: [1_000],
  visibilityDelayMs: 1_000,
  submitForMs: 60_000,
  unresolvedAfterMs: 3_600_000,
  pace: { default: { perSecond: 1_000, burst: 1_000, concurrency: 4 } },
};

const FLOAT: readonly AccountBalance[] = [
  { account: 'main', current: Money.parse('1500', 'XOF'), available: null },
];

describe('the partner desk', () => {
  const clock = new SystemClock();
  let postgres: OpenDatabase;
  let readings: BalanceReadings;
  let reports: GateReports;
  let gates: PartnerGates;
  let partners = 0;
  let id: string;

  /** A desk with one partner that can do just that. */
  function deskFor(able: Partial<PartnerAdapter>, enabled = true): PartnerDesk {
    const registry = PartnerRegistry.build({
      definitions: [
        defineAdapter({
          name: 'sahel',
          settings: z.object({}),
          secrets: z.object({}),
          baseUrl: () => 'http://127.0.0.1:9',
          create: () => ({ descriptor: DESCRIPTOR, ...able }),
        }),
      ],
      partners: [
        { id, adapter: 'sahel', enabled, settings: {}, secrets: {}, callbackKey: 'unguessable-key-0001' },
      ],
      clock,
      tokens: () => ({ get: () => Promise.resolve('token'), reject: () => Promise.resolve() }),
      sightings: () => new MemorySightings(clock),
      publicUrl: 'http://127.0.0.1:3000',
      observe: (call) => {
        gates.observe(call);
      },
    });
    const calls = new GatedCalls(registry, gates);
    const balances = new BalanceDesk(calls, readings, new BalanceWatch(readings), clock);
    const search = new SessionSearch(calls, new SessionOperations(postgres.database));
    const tokens = new TokenEnds(postgres.database, clock);
    return new PartnerDesk(registry, gates, calls, balances, search, tokens);
  }

  beforeAll(async () => {
    postgres = await openDatabase();
    readings = new BalanceReadings(postgres.database);
    reports = new GateReports(postgres.database);
    gates = new PartnerGates(postgres.database, reports);
  });
  afterAll(async () => {
    await gates.beforeApplicationShutdown();
    await postgres.close();
  });
  beforeEach(() => {
    id = `partner-${(partners += 1)}`;
  });

  it('shows a partner with its health', async () => {
    const desk = deskFor({ parties: { find: () => Promise.reject(new NoAnswer('silence')) } });
    expect(await desk.get(id)).toMatchObject({ capabilities: ['parties'], callbacks: null, health: {} });
    const question = { party: { type: 'msisdn', value: '+221770000001' }, name: null, amount: null } as const;
    expect(await desk.party(id, question)).toEqual({
      is: 'unavailable',
      why: 'no_answer',
      retryAfterMs: null,
    });
    await reports.flush();
    const [view] = await desk.list();
    expect(view).toMatchObject({
      id,
      title: 'Sahel',
      deadlines: { submitForMs: 60_000 },
      health: { parties: { state: 'failing', failuresInARow: 1, openUntil: null } },
      lastSuccessAt: null,
    });
    expect(view?.lastFailureAt).toBeInstanceOf(Date);
  });

  it.each([
    [new PartnerBusy('429'), 'busy'],
    [new TooSlow('no headers'), 'too_slow'],
    [new NotReached('refused'), 'not_reached'],
  ])('tells a partner that is busy, slow or away from one another', async (error, why) => {
    const desk = deskFor({ parties: { find: () => Promise.reject(error) } });
    const question = { party: { type: 'msisdn', value: '+221770000001' }, name: null, amount: null } as const;
    expect(await desk.party(id, question)).toMatchObject({ is: 'unavailable', why });
  });

  it('shows when its tokens end, and when it was last heard: that is no call of ours', async () => {
    const desk = deskFor({});
    await gates.acquire({ id, descriptor: DESCRIPTOR }, 'callbacks');
    gates.report(id, 'callbacks', true);
    await reports.flush();
    const text = `INSERT INTO partner_tokens (partner, name, sealed, expires_at)
      VALUES ($1, 'access', '', '2026-11-21T10:00:00Z'), ($1, 'lease of access', '', now())`;
    await postgres.database.execute({ name: '', text }, [id]);
    const view = await desk.get(id);
    expect(view).toMatchObject({ health: {}, door: null, lastSuccessAt: null });
    expect(view?.tokens).toEqual([{ name: 'access', expiresAt: new Date('2026-11-21T10:00:00Z') }]);
    expect(view?.lastHeardAt).toBeInstanceOf(Date);
    expect((await desk.list()).find((one) => one.id === id)).toEqual(view);
  });

  it('says what cannot be asked', async () => {
    const desk = deskFor({});
    expect(await desk.get('nobody')).toBeNull();
    expect(await desk.register('nobody')).toEqual({ is: 'unknownPartner' });
    expect(await desk.register(id)).toEqual({ is: 'notSupported', capability: 'registration' });
    const registration = { register: () => Promise.resolve({ registered: true, message: 'ok' }) };
    expect(await deskFor({ registration }, false).register(id)).toMatchObject({
      is: 'unavailable',
      why: 'disabled',
    });
    expect(await deskFor({ registration }).register(id)).toEqual({
      is: 'answered',
      answer: { registered: true, message: 'ok' },
    });
  });

  it('does not hide a fault of the adapter', async () => {
    const desk = deskFor({ statements: { page: () => Promise.reject(new TypeError('a bug')) } });
    await expect(desk.statement(id, '2026-11-20', null)).rejects.toThrow('a bug');
  });

  it('asks no partner whose breaker is open', async () => {
    const page = jest.fn(() => Promise.reject(new NotReached('refused')));
    const desk = deskFor({ statements: { page } });
    for (let n = 0; n < 10; n += 1) await desk.statement(id, '2026-11-20', null);
    await reports.flush();
    expect(await desk.statement(id, '2026-11-20', null)).toMatchObject({ is: 'unavailable', why: 'open' });
    expect(page).toHaveBeenCalledTimes(10);
  });

  describe('asked for a balance', () => {
    it('asks once for many, and uses the answer for five seconds', async () => {
      const ask = jest.fn(() => Promise.resolve({ is: 'answered' as const, accounts: FLOAT }));
      const desk = deskFor({ balances: { ask } });
      const results = await Promise.all(
        Array.from({ length: 20 }, () => desk.balance(id, { waitMs: 10_000 })),
      );
      for (const result of results) {
        expect(result).toMatchObject({ is: 'answered', reading: { accounts: FLOAT, failure: null } });
      }
      await desk.balance(id, { waitMs: 0 });
      expect(ask).toHaveBeenCalledTimes(1);
    });

    it('waits for an answer that comes by callback', async () => {
      const questions: string[] = [];
      const ask = (question: { id: string }) => {
        questions.push(question.id);
        return Promise.resolve({ is: 'answerFollows' as const });
      };
      const desk = deskFor({ balances: { ask } });
      const pending = await desk.balance(id, { waitMs: 0 });
      expect(pending).toMatchObject({ is: 'pending', reading: { id: questions[0], answeredAt: null } });

      const waiting = [desk.balance(id, { waitMs: 5_000 }), desk.balance(id, { waitMs: 5_000 })];
      setTimeout(() => void readings.answer(questions[0] ?? '', { accounts: FLOAT }), 100);
      for (const result of await Promise.all(waiting)) {
        expect(result).toMatchObject({ is: 'answered', reading: { accounts: FLOAT } });
      }
      expect(questions).toHaveLength(1);
      expect(await readings.answer(questions[0] ?? '', { accounts: null, failure: 'late' })).toBeNull();
      expect(await readings.answer('no-question', { accounts: FLOAT })).toBeNull();
    });

    it('tells a refusal from a silence, and asks again after either', async () => {
      const causes = [new Error('initiator locked'), new NotReached('refused'), new NoAnswer('silence')];
      const ask = jest.fn(() => {
        const cause = causes.shift();
        return cause instanceof NoAnswer
          ? Promise.reject(cause)
          : Promise.resolve({ is: 'failed' as const, cause: cause ?? new Error('none left') });
      });
      const desk = deskFor({ balances: { ask } });
      const refused = await desk.balance(id, { waitMs: 0 });
      expect(refused).toMatchObject({ is: 'failed', reading: { failure: 'initiator locked' } });
      expect(await desk.balance(id, { waitMs: 0 })).toMatchObject({ is: 'unavailable', why: 'not_reached' });
      expect(await desk.balance(id, { waitMs: 0 })).toMatchObject({ is: 'unavailable', why: 'no_answer' });
      expect(ask).toHaveBeenCalledTimes(3);
    });
  });

  describe('searching sessions', () => {
    const live = new Map<string, PartnerSession>();
    const find = jest.fn(({ by, value }: { by: string; value: string }) =>
      Promise.resolve(
        [...live.values()].filter((session) =>
          by === 'id'
            ? session.id === value
            : by === 'transaction'
              ? session.transaction === value
              : session.reference === value,
        ),
      ),
    );

    /** A payment of ours and its session at the partner. */
    async function addSession(name: string, client: string, more: { state?: string; amount?: number } = {}) {
      const operation = newId(clock.now());
      await postgres.database.execute(
        {
          name: 'add-operation',
          text: `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, payer_type,
              payer_value, reference, partner_reference, attempts)
            VALUES ($1, $2, 'payment', $3, $4, $5, 'XOF', 'msisdn', '+221770000001', $6, $7, 1)`,
        },
        [operation, client, id, more.state ?? 'pending', more.amount ?? 1500, `INV-${name}`, name],
      );
      await postgres.database.execute(
        {
          name: 'add-reference',
          text: 'INSERT INTO partner_references (partner, reference, operation_id, is_receipt) VALUES ($1, $2, $3, false)',
        },
        [id, name, operation],
      );
      live.set(name, { ...sessionOf(name), reference: operation });
      return operation;
    }
    const sessionOf = (name: string): PartnerSession => ({
      id: name,
      reference: null,
      transaction: `T-${name}`,
      status: 'open',
      amount: Money.parse('1500', 'XOF'),
      payer: null,
      createdAt: new Date(),
      completedAt: null,
      expiresAt: null,
      lastError: null,
    });
    const idsOf = (result: Awaited<ReturnType<PartnerDesk['sessions']>>) =>
      result.is === 'answered' ? result.sessions.map((session) => session.id).sort() : result;

    let desk: PartnerDesk;
    beforeEach(() => {
      live.clear();
      find.mockClear();
      desk = deskFor({ sessions: { find } });
    });

    it('finds one by its id, transaction or reference, and tells our operation', async () => {
      const operation = await addSession('cos-1', 'bank-a');
      const asked = [{ sessionId: 'cos-1' }, { transactionId: 'T-cos-1' }, { reference: operation }];
      for (const filters of asked) {
        const result = await desk.sessions(id, { clientId: 'bank-a', ...filters });
        expect(result).toMatchObject({ is: 'answered', sessions: [{ id: 'cos-1', operation }] });
      }
    });

    it('shows a client its own operations only', async () => {
      await addSession('cos-2', 'bank-b');
      live.set('cos-foreign', sessionOf('cos-foreign'));
      expect(idsOf(await desk.sessions(id, { clientId: 'bank-a', sessionId: 'cos-2' }))).toEqual([]);
      expect(idsOf(await desk.sessions(id, { clientId: 'bank-a', sessionId: 'cos-foreign' }))).toEqual([]);
      expect(idsOf(await desk.sessions(id, { clientId: null, sessionId: 'cos-foreign' }))).toEqual([
        'cos-foreign',
      ]);
      expect(idsOf(await desk.sessions(id, { clientId: 'bank-a' }))).toEqual([]);
    });

    it('narrows through our own operations by everything that fits', async () => {
      await addSession('cos-3', 'bank-a');
      await addSession('cos-4', 'bank-a', { state: 'succeeded' });
      await addSession('cos-5', 'bank-a', { amount: 700 });
      await addSession('cos-6', 'bank-b');
      const search = async (filters: object) =>
        idsOf(await desk.sessions(id, { clientId: 'bank-a', ...filters }));
      expect(await search({})).toEqual(['cos-3', 'cos-4', 'cos-5']);
      expect(await search({ state: 'succeeded' })).toEqual(['cos-4']);
      expect(await search({ amount: Money.parse('700', 'XOF') })).toEqual(['cos-5']);
      expect(await search({ reference: 'INV-cos-3' })).toEqual(['cos-3']);
      expect(await search({ payer: '+221770000009' })).toEqual([]);
      expect(await search({ payer: '+221770000001', state: 'pending' })).toEqual(['cos-3', 'cos-5']);
      expect(await search({ from: new Date(Date.now() + 60_000) })).toEqual([]);
      expect(await search({ to: new Date(Date.now() + 60_000) })).toHaveLength(3);
    });

    it('reads twenty at the most and says that there is more', async () => {
      for (let n = 0; n < 22; n += 1) await addSession(`cos-${100 + n}`, 'bank-a');
      const result = await desk.sessions(id, { clientId: 'bank-a' });
      expect(result).toMatchObject({ is: 'answered', complete: false });
      expect(find).toHaveBeenCalledTimes(20);
      expect(await desk.sessions(id, { clientId: 'bank-a', reference: 'INV-cos-101' })).toMatchObject({
        complete: true,
      });
    });
  });
});
