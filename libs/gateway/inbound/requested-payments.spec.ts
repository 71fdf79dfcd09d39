import { failure, Money, newId, type OperationState } from '#domain';
import {
  type EnquiryOutcome,
  type InboundConfiguration,
  type InboundQuote,
  InboundRefused,
  type Partner,
  type PartnerRegistry,
  type RawCallback,
} from '#partner-kit';
import { SystemClock } from '#platform';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { Ledger } from '../operations/ledger.js';
import { news, refused } from '../operations/news/spec-support.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { type AccountKeeper } from './account-keeper.js';
import { Announcements, type Passage } from './announcements.js';
import { InboundQuotes } from './inbound-quotes.js';
import { InboundReplies } from './inbound-replies.js';
import { RequestedPayments } from './requested-payments.js';

const INTO = { type: 'account', value: 'SN-0042' } as const;
const PAYER = { type: 'msisdn', value: '+221770000045' } as const;
const descriptor = { enquiryTimetableMs: [1_000], submitForMs: 60_000, unresolvedAfterMs: 600_000 };
const scheme = {
  ...{ id: 'mojaloop-sn', descriptor },
  adapter: { collections: { paidInto: INTO } },
} as unknown as Partner;

const xof = (amount: string) => Money.parse(amount, 'XOF');
const HOW = { creditsThrough: 'core-banking', quoteLifetimeMs: 60_000 } as InboundConfiguration;
const RAW = { method: 'POST', path: 'transfers', headers: {} } as RawCallback;
const offered = (_: string, { amount }: InboundQuote) =>
  Promise.resolve({ sends: amount, receives: amount, fee: null, commission: null, expiresAt: null });
let serial = 0;
/** An id of the partner's that nothing else has. */
const another = (): string => `01KAJ8Q5Z4W3N1T7R9YBXC${String((serial += 1)).padStart(4, '0')}`;

describe('the money of a payment that was asked for', () => {
  let postgres: OpenDatabase;
  let requested: RequestedPayments;
  let announcements: Announcements;
  let replies: InboundReplies;
  const clock = new SystemClock();

  beforeAll(async () => {
    postgres = await openDatabase();
    const { database } = postgres;
    const keepers = { get: () => ({ descriptor }) } as unknown as PartnerRegistry;
    announcements = new Announcements(database, keepers, clock);
    requested = new RequestedPayments(database, new OperationReader(database), announcements);
    const accounts = { quote: offered } as unknown as AccountKeeper;
    replies = new InboundReplies(accounts, new InboundQuotes(database), announcements, requested, clock);
  });
  afterAll(() => postgres.close());

  const sql = (text: string, values: unknown[] = []) => postgres.database.execute({ name: '', text }, values);
  const payment = async (
    amount: string,
    state: OperationState = 'pending',
    partner = scheme.id,
    name = another(),
  ): Promise<{ id: string; name: string }> => {
    const id = newId(clock.now());
    await sql(
      `INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency, payer_type, payer_value,
         partner_reference, attempts, submitted_at, due_at)
       VALUES ($1, 'bank', 'payment', $2, $3, $4, 'XOF', $5, $6, $7, 1, now(), now() + interval '1 hour')`,
      [id, partner, state, xof(amount).minor, PAYER.type, PAYER.value, name],
    );
    await sql(
      'INSERT INTO partner_references (partner, reference, operation_id, is_receipt) VALUES ($1, $2, $3, false)',
      [...[partner, name, id]],
    );
    return { id, name };
  };
  const quote = (amount: string, more: Partial<InboundQuote> = {}): InboundQuote => ({
    ...{ is: 'quote', id: another(), transfer: another(), payee: INTO, payer: PAYER, amount: xof(amount) },
    ...{ amountIs: 'received', expiresAt: null, answers: null, isAnswer: true, ...more },
  });
  const asking = { partner: scheme, how: HOW, raw: RAW };
  /** Brings the money that a price was named for. */
  const bring = ({ transfer: id, amount, payee }: InboundQuote): Promise<Passage> => {
    const nothing = { quote: null, sends: null, receives: null, payer: null, description: null };
    return replies.announce({ is: 'transfer', id, amount, payee, ...nothing }, asking, null);
  };
  const discrepanciesOf = (id: string) =>
    postgres.database.query(
      { name: '', text: 'SELECT kind, details FROM discrepancies WHERE operation_id = $1' },
      [id],
    );
  const announce = (id: string, transfer: string, amount = '1500'): Promise<Passage | null> =>
    requested.announce(scheme, 'core-banking', id, {
      ...{ transfer, quotedAs: transfer, sends: xof(amount), receives: xof(amount), fee: null },
      ...{ payer: PAYER, payee: INTO, description: null, toldLater: null, fitting: [] },
    });
  const creditsOf = async (id: string): Promise<number> => {
    const text = 'SELECT id FROM operations WHERE passes_on = $1';
    return (await postgres.database.query({ name: '', text }, [id])).length;
  };
  const refusedBecause = (words: string) =>
    expect.objectContaining({
      name: InboundRefused.name,
      message: expect.stringContaining(words) as unknown,
    });

  it('is known by our id, and by the partner’s name of it', async () => {
    const { id, name } = await payment('1500');
    expect(await requested.answeredBy(scheme, quote('1500', { answers: id }))).toBe(id);
    expect(await requested.answeredBy(scheme, quote('1500', { answers: name }))).toBe(id);
    expect(await requested.answeredBy(scheme, quote('1500', { answers: another() }))).toBeNull();
    expect(await requested.answeredBy(scheme, quote('1500', { answers: newId(clock.now()) }))).toBeNull();
  });

  it('is known by the partner’s name of it, also where that looks like an id of ours', async () => {
    const { id, name } = await payment('1550', 'pending', scheme.id, newId(clock.now()));
    expect(await requested.answeredBy(scheme, quote('1550', { answers: name }))).toBe(id);
  });

  it('is not of another partner’s payment, nor of any where nobody can be asked', async () => {
    const { id } = await payment('1600', 'pending', 'mojaloop-ke');
    expect(await requested.answeredBy(scheme, quote('1600', { answers: id }))).toBeNull();
    const own = await payment('1600');
    const asksNobody = { ...scheme, adapter: {} } as unknown as Partner;
    expect(await requested.answeredBy(asksNobody, quote('1600', { answers: own.id }))).toBeNull();
  });

  it('is let in once the payer may have been asked, by what the partner has noted', async () => {
    const collections = { paidInto: INTO, mayBePaid: (memo: unknown) => memo !== null };
    const searching = { ...scheme, adapter: { collections } } as unknown as Partner;
    const { id } = await payment('1650');
    const nobody = refusedBecause('nobody has been asked');
    await expect(requested.answeredBy(searching, quote('1650', { answers: id }))).rejects.toEqual(nobody);
    expect(await requested.answeredBy(searching, quote('1650'))).toBeNull();
    const money = {
      ...{ transfer: another(), quotedAs: another(), sends: xof('1650'), receives: xof('1650'), fee: null },
      ...{ payer: PAYER, payee: INTO, description: null, toldLater: null, fitting: [] },
    };
    await expect(requested.announce(searching, 'core-banking', id, money)).rejects.toEqual(nobody);
    expect(await creditsOf(id)).toBe(0);
    await sql(`UPDATE operations SET memo = '{"party":{}}' WHERE id = $1`, [id]);
    expect(await requested.answeredBy(searching, quote('1650', { answers: id }))).toBe(id);
    expect(await requested.answeredBy(searching, quote('1650'))).toBe(id);
  });

  it('is known by payer, amount and account where it names none, and only one fits', async () => {
    const { id } = await payment('1700');
    const stranger = { type: 'msisdn', value: '+221770000046' } as const;
    expect(await requested.answeredBy(scheme, quote('1700'))).toBe(id);
    expect(await requested.answeredBy(scheme, quote('1701'))).toBeNull();
    expect(await requested.answeredBy(scheme, quote('1700', { isAnswer: false }))).toBeNull();
    expect(await requested.answeredBy(scheme, quote('1700', { payer: stranger }))).toBeNull();
    expect(await requested.answeredBy(scheme, quote('1700', { payee: stranger }))).toBeNull();
  });

  it('is a receipt where it names none and several fit: a person is told whose it may be', async () => {
    const payments = [await payment('1750'), await payment('1750')].map(({ id }) => id);
    await payment('1750', 'expired');
    const asked = quote('1750');
    await replies.to(asked, asking);
    const passage = await bring(asked);
    expect(passage.receipt).toMatchObject({ kind: 'receipt', state: 'pending' });
    expect(await discrepanciesOf(passage.receipt.id)).toEqual([
      {
        kind: 'ambiguous_receipt',
        details: expect.objectContaining({ transfer: asked.transfer, fitting: 2, payments }) as unknown,
      },
    ]);
    expect(await bring(asked)).toMatchObject({ receipt: { id: passage.receipt.id } });
    expect(await discrepanciesOf(passage.receipt.id)).toHaveLength(1);
  });

  it('is a receipt where it names what we never heard of: a person is told which one fits', async () => {
    const { id } = await payment('1755');
    const asked = quote('1755', { answers: another() });
    await replies.to(asked, asking);
    const { receipt } = await bring(asked);
    expect(receipt).toMatchObject({ kind: 'receipt', state: 'pending' });
    expect(await discrepanciesOf(receipt.id)).toMatchObject([
      {
        kind: 'ambiguous_receipt',
        details: { why: expect.stringContaining('bears the name of none'), fitting: 1, payments: [id] },
      },
    ]);
    const nobodys = quote('1756', { answers: another() });
    await replies.to(nobodys, asking);
    expect(await discrepanciesOf((await bring(nobodys)).receipt.id)).toEqual([]);
  });

  it('is a receipt like any other where it answers nothing', async () => {
    await payment('1760');
    await payment('1760');
    const asked = quote('1760', { isAnswer: false });
    await replies.to(asked, asking);
    expect(await discrepanciesOf((await bring(asked)).receipt.id)).toEqual([]);
  });

  it.each([
    ['of another amount', { amount: xof('1801') }, 'is of 1800 XOF'],
    ['in another currency', { amount: Money.parse('1800', 'GNF') }, 'is of 1800 XOF'],
    ['into another account', { payee: { type: 'account', value: 'SN-0043' } }, 'another account'],
  ] as const)('is refused %s', async (_what, more, words) => {
    const { id } = await payment('1800');
    await expect(requested.answeredBy(scheme, quote('1800', { answers: id, ...more }))).rejects.toEqual(
      refusedBecause(words),
    );
  });

  it.each(['received', 'awaiting_confirmation', 'succeeded', 'failed', 'cancelled', 'expired'] as const)(
    'is refused where the payment is %s',
    async (state) => {
      const { id } = await payment('1900', state);
      await expect(requested.answeredBy(scheme, quote('1900', { answers: id }))).rejects.toEqual(
        refusedBecause(state),
      );
      await expect(announce(id, another(), '1900')).rejects.toEqual(refusedBecause('has ended'));
      expect(await creditsOf(id)).toBe(0);
    },
  );

  it.each(['submitting', 'pending', 'unknown'] as const)('is credited once where it is %s', async (state) => {
    const { id } = await payment('1500', state);
    const transfer = another();
    const passages = await Promise.all(Array.from({ length: 5 }, () => announce(id, transfer)));
    expect(new Set(passages.map((passage) => passage?.credit.id)).size).toBe(1);
    expect(passages[0]).toMatchObject({
      receipt: { id, kind: 'payment', state },
      credit: { kind: 'transfer', partner: 'core-banking', passesOn: id, state: 'received', payee: INTO },
    });
    expect(await creditsOf(id)).toBe(1);
  });

  it.each(['submitting', 'pending', 'unknown'] as const)(
    'is given up with its credit where it is %s, in one go',
    async (state) => {
      const { id } = await payment('1500', state);
      const passage = await announce(id, another());
      if (!passage) throw new Error('it was announced');
      await announcements.giveUp(passage, failure('partner_unavailable', 'no'), 'not credited in time');
      const rows = await postgres.database.query<{ id: string; state: string }>(
        { name: '', text: 'SELECT id, state FROM operations WHERE id = ANY ($1::uuid[])' },
        [[id, passage.credit.id]],
      );
      expect(new Map(rows.map((row) => [row.id, row.state]))).toEqual(
        new Map([
          [id, 'failed'],
          [passage.credit.id, 'cancelled'],
        ]),
      );
    },
  );

  it('is not undone by an enquiry that was asked before it was announced', async () => {
    const { id } = await payment('1500');
    const lease = randomUUID();
    await sql("UPDATE operations SET lease = $2, due_at = now() + interval '1 minute' WHERE id = $1", [
      id,
      lease,
    ]);
    const reader = new OperationReader(postgres.database);
    const asked = await reader.find(id);
    if (!asked) throw new Error('it is not there');
    const passage = await announce(id, another());
    const outcome = { ...refused, reason: 'expired', moneyMoved: 'no' } as EnquiryOutcome;
    const heard = {
      news: { ...news(outcome, 'enquiry'), enquiry: 1 },
      actor: 'partner',
      evidence: {},
    } as const;
    const verdicts = new Verdicts(new Ledger(postgres.database, clock), reader, clock);
    await verdicts.take(asked, { ...heard, partner: scheme, resubmissionIsSafe: false, lease });
    expect((await reader.find(id))?.state).toBe('pending');
    expect(passage?.credit.state).toBe('received');
  });

  it('is let in once, whoever sends a second transfer, and when', async () => {
    const { id } = await payment('1500');
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => announce(id, another())));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toEqual(refusedBecause('its money already'));
    await expect(requested.answeredBy(scheme, quote('1500', { answers: id }))).rejects.toEqual(
      refusedBecause('its money already'),
    );
    expect(await creditsOf(id)).toBe(1);
  });

  it('is not what another operation is known by', async () => {
    const [one, other] = [await payment('1500'), await payment('1500')];
    expect(await announce(one.id, other.name)).toBeNull();
    expect([await creditsOf(one.id), await creditsOf(other.id)]).toEqual([0, 0]);
  });
});
