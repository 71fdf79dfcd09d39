import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from '../../support/database.js';
import { type TestDatabase } from '../../support/empty-database.js';
import { SCHEME } from '../settings.js';
import { findLeft } from '../settle.js';
import { type Answered } from '../world.js';
import { findUnread } from './books-agree.js';
import { findForgotten } from './ended-or-flagged.js';
import { findBrokenLives } from './gapless-life.js';
import { type Evidence } from './invariant.js';
import { type Movement } from './money.js';
import { findLost, nothingLost } from './nothing-lost.js';
import { findUntold } from './told-once.js';

const ID = '019aa5c0-0000-7000-8000-000000000001';
const OTHER = '019aa5c0-0000-7000-8000-000000000002';
const MINUTE_MS = 60_000;

/** A payment that went its whole way, as the gateway writes it. */
const LIFE = `
  INSERT INTO operations (id, client_id, kind, partner, state, version, amount_minor, currency)
    VALUES ('${ID}', 'shop', 'payment', 'wave-sn', 'succeeded', 3, 2500, 'XOF');
  INSERT INTO idempotency_keys (client_id, key, digest, operation_id) VALUES ('shop', 'key-1', 'd', '${ID}');
  INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why) VALUES
    ('${ID}', 1, NULL, 'received', 'client', 'asked for'), ('${ID}', 2, 'received', 'submitting', 'gateway', 'sent'),
    ('${ID}', 3, 'submitting', 'succeeded', 'partner', 'paid');
  INSERT INTO events (operation_id, sequence, type, body) VALUES
    ('${ID}', 1, 'payment.received', '{}'), ('${ID}', 2, 'payment.submitting', '{}'),
    ('${ID}', 3, 'payment.succeeded', '{}');
  INSERT INTO callbacks (id, partner, method, path, headers, body, source, digest, verdict, state)
    VALUES ('${OTHER}', 'wave-sn', 'POST', 'webhook', '{}', 'x', '::1', sha256('x'), 'authentic', 'done')`;

describe('the invariants about the database', () => {
  let home: TestDatabase;
  let database: pg.Pool;
  const spoil = (sql: string) => database.query(sql);
  const digest = createHash('sha256').update('x').digest('hex');
  const operation = {
    what: 'operation',
    operationId: ID,
    client: 'main',
    key: 'key-1',
    path: '',
    sent: {},
  } as const;
  const unasked: Movement = {
    partner: 'wave-sn',
    entry: {
      ...{ kind: 'receipt', reference: '', partnerReference: 'x', receipt: 'x', party: '+221771234567' },
      ...{ amount: '25', change: '25', currency: 'XOF', state: 'succeeded', at: '2026-11-21T09:00:00Z' },
    },
    minor: 25n,
  };
  const yes = { what: 'confirmation', operationId: ID, step: 'quote' } as const;
  const callback = { what: 'callback', partner: 'wave-sn', digest } as const;

  beforeAll(async () => {
    home = await freshDatabase();
    database = new pg.Pool({ connectionString: home.url });
  });
  beforeEach(async () => {
    await database.query(
      'TRUNCATE operations, idempotency_keys, transitions, events, callbacks, notices, discrepancies, passing_on',
    );
    await database.query(LIFE);
  });
  afterAll(async () => {
    await database.end();
    await home.drop();
  });

  it('hold where nothing is wrong', async () => {
    expect(await findBrokenLives(database)).toEqual([]);
    expect(await findUntold(database)).toEqual([]);
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
    expect(await findLost(database, [operation, callback])).toEqual([]);
  });

  it.each([
    ['a gap', 'DELETE FROM transitions WHERE sequence = 2', 1],
    ['a lost beginning', 'DELETE FROM transitions WHERE sequence = 1', 2],
    ['a lost end', 'DELETE FROM transitions WHERE sequence = 3', 1],
    ['a version that counts more', 'UPDATE operations SET version = 4', 1],
    ['a story without its operation', 'DELETE FROM operations', 3],
  ])('find %s in a life', async (_, sql, times) => {
    await spoil(sql);
    expect(await findBrokenLives(database)).toHaveLength(times);
  });

  // Most of them are in the engine's own table, for what is not played here.
  it.each([
    ['a step that nobody takes', 2, 'received', 'awaiting_approval'],
    ['a step to a state that does not follow', 3, 'submitting', 'awaiting_approval'],
    ['a step away from success', 4, 'succeeded', 'failed'],
  ])('find %s in a life', async (_, sequence, from, to) => {
    await spoil(`DELETE FROM transitions WHERE sequence >= ${sequence};
      INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why) VALUES
        ('${ID}', ${sequence}, '${from}', '${to}', 'gateway', 'no')`);
    expect((await findBrokenLives(database)).join()).toMatch(`from ${from} to ${to}`);
  });

  it.each([
    ['payment', 'received', 0],
    ['payment', 'pending', 1],
    ['receipt', 'pending', 0],
    ['receipt', 'received', 1],
  ])('know how a life begins: of a %s that was first %s', async (kind, first, times) => {
    await spoil(`DELETE FROM transitions; DELETE FROM operations;
      INSERT INTO operations (id, kind, partner, state, version, amount_minor, currency)
        VALUES ('${ID}', '${kind}', 'wave-sn', '${first}', 1, 2500, 'XOF');
      INSERT INTO transitions (operation_id, sequence, to_state, actor, why)
        VALUES ('${ID}', 1, '${first}', 'partner', 'begun')`);
    expect(await findBrokenLives(database)).toHaveLength(times);
  });

  it.each([
    ['a transition that was not told', 'DELETE FROM events WHERE sequence = 2'],
    ['a tale without a transition', 'DELETE FROM transitions WHERE sequence = 2'],
    ['another tale', "UPDATE events SET type = 'payment.failed' WHERE sequence = 3"],
  ])('find %s', async (_, sql) => {
    await spoil(sql);
    expect(await findUntold(database)).toHaveLength(1);
  });

  it('find what is open for ever, until something flags it', async () => {
    await spoil('DELETE FROM operations');
    await spoil(`INSERT INTO operations (id, kind, partner, state, amount_minor, currency, deadline_at)
      VALUES ('${ID}', 'payment', 'wave-sn', 'pending', 2500, 'XOF', now() - interval '1 minute')`);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    const flag = (id: string, kind: string) =>
      spoil(`INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
        VALUES ('${id}', '${kind}', 'wave-sn', '${ID}', '${ID}', '{}')`);
    await flag(OTHER, 'unmapped_answer');
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    await flag(ID, 'unresolved_past_deadline');
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it.each([
    ['in time', 9, 0, 0],
    ['late', 11, 0, 1],
    ['in time, once somebody was there', 39, 30, 0],
    ['late, though somebody was there', 41, 30, 1],
  ])('judge what is flagged %s', async (_, afterS, awayS, found) => {
    // Of an absence counts what lies after the deadline.
    const at = Date.now() - afterS * 1_000;
    const absence = { from: new Date(at - MINUTE_MS), to: new Date(at + awayS * 1_000) };
    await spoil(`INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details, settled_at)
      VALUES ('${OTHER}', 'unresolved_past_deadline', 'wave-sn', '${ID}', '${ID}',
        jsonb_build_object('deadline', now() - interval '${afterS} s'), now())`);
    expect(await findForgotten(database, MINUTE_MS, [absence])).toHaveLength(found);
  });

  it.each([
    ['in time', 17, 0, 'submitting', false, 0],
    ['late', 19, 0, 'submitting', false, 1],
    ['in time, once somebody was there', 27, 10, 'pending', false, 0],
    ['late, though somebody was there', 29, 10, 'unknown', false, 1],
    ['late, and was flagged', 19, 0, 'unknown', true, 0],
    ['late, after a question', 19, 0, 'awaiting_confirmation', false, 0],
  ])('judge what ended %s', async (_, afterS, awayS, before, isFlagged, found) => {
    const sentAt = Date.now() - 3_600_000;
    const absence = { from: new Date(sentAt + 9_000), to: new Date(sentAt + (9 + awayS) * 1_000) };
    await spoil(`DELETE FROM transitions;
      INSERT INTO transitions (operation_id, sequence, at, from_state, to_state, actor, why)
      SELECT '${ID}', sequence, to_timestamp(${sentAt / 1_000}) + after, from_state, to_state, 'gateway', 'so'
      FROM (VALUES (2, interval '0 s', 'received', 'submitting'), (3, interval '${afterS} s', '${before}', 'succeeded'))
        AS story(sequence, after, from_state, to_state)`);
    if (isFlagged)
      await spoil(`INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details, settled_at)
        VALUES ('${OTHER}', 'unresolved_past_deadline', 'wave-sn', '${ID}', '${ID}', '{}', now())`);
    const lateAfterMs = new Map([['wave-sn', 8_000]]);
    expect(await findForgotten(database, MINUTE_MS, [absence], lateAfterMs)).toHaveLength(found);
  });

  it.each([
    ['at once where nobody will look', 'NULL', 'now()'],
    ['once its time is over', "now() - interval '1 minute'", 'now()'],
    ['long after its end, whatever its deadline', "now() + interval '1 hour'", "now() - interval '1 hour'"],
  ])('find what has ended in doubt, until something flags it: %s', async (_, deadline, end) => {
    await spoil(`DELETE FROM operations;
      INSERT INTO operations (id, kind, partner, state, amount_minor, currency, failure, deadline_at, completed_at)
      VALUES ('${ID}', 'transfer', 'wave-sn', 'failed', 2500, 'XOF', '{"moneyMoved":"unknown"}', ${deadline}, ${end})`);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    await spoil(`INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
      VALUES ('${ID}', 'unresolved_past_deadline', 'wave-sn', '${ID}', '${ID}', '{}')`);
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it.each([
    ['is asked about still', '"unknown"', "now() + interval '8 seconds'"],
    ['is certain', '"no"', 'NULL'],
  ])('let pass what has ended unpaid and %s', async (_, moved, deadline) => {
    await spoil(`DELETE FROM operations;
      INSERT INTO operations (id, kind, partner, state, amount_minor, currency, failure, deadline_at, completed_at)
      VALUES ('${ID}', 'transfer', 'wave-sn', 'failed', 2500, 'XOF', '{"moneyMoved":${moved}}', ${deadline}, now())`);
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  const endFlagged = (state: string, failure: string) =>
    spoil(`DELETE FROM operations;
      INSERT INTO operations (id, kind, partner, state, amount_minor, currency, failure, completed_at)
      VALUES ('${ID}', 'transfer', 'wave-sn', '${state}', 2500, 'XOF', ${failure}, now());
      INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
      VALUES ('${OTHER}', 'unresolved_past_deadline', 'wave-sn', '${ID}', '${ID}', '{}')`);

  it.each([
    ['succeeded', 'NULL'],
    ['failed', `'{"moneyMoved":"no"}'`],
    ['expired', `'{"moneyMoved":"no"}'`],
  ])('find what is still flagged as late though it has %s for certain', async (state, failure) => {
    await endFlagged(state, failure);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    await spoil('UPDATE discrepancies SET settled_at = now()');
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it.each([
    ['under a receipt', "UPDATE operations SET claimed_receipt = 'R1'"],
    [
      'without one',
      `INSERT INTO notices (operation_id, callback_id, number, says, effect)
        VALUES ('${ID}', '${OTHER}', 0, '{}', 'confirming')`,
    ],
  ])('let pass the flag of what has failed and is said to be paid after all, %s', async (_, claim) => {
    await endFlagged('failed', `'{"moneyMoved":"no"}'`);
    await spoil(claim);
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it.each([
    ['was read and dropped', "state = 'done', due_at = NULL"],
    ['was looked at and left', "state = 'waiting', due_at = now() + interval '1 minute'"],
    ['nobody will look at', "state = 'stored', due_at = NULL"],
    ['somebody should have looked at', "state = 'stored', due_at = now() - interval '1 minute'"],
    ['waits for ever', "state = 'waiting', due_at = now(), last_error = 'no', received_at = '2026-01-01'"],
  ])('find money that came unasked, told of by a callback that %s', async (_, changes) => {
    await spoil("UPDATE callbacks SET received_at = now() - interval '1 minute'");
    await spoil(`UPDATE callbacks SET ${changes}`);
    expect(await findUnread(database, [unasked])).toHaveLength(1);
    await spoil(`INSERT INTO discrepancies (id, kind, partner, callback_id, subject, details)
      VALUES ('${ID}', 'unmatched_callback', 'wave-sn', '${OTHER}', '${OTHER}', '{}')`);
    expect(await findUnread(database, [unasked])).toEqual([]);
  });

  it.each([
    ['is being read', "state = 'stored', due_at = now() + interval '3 seconds'"],
    ['is tried again', "state = 'waiting', due_at = now() + interval '1 second', last_error = 'Error'"],
    ['has only just come', "state = 'waiting', due_at = now() + interval '1 second', received_at = now()"],
    [
      'may still be matched',
      `partner = '${SCHEME}', state = 'waiting', due_at = now() + interval '1 minute'`,
    ],
  ])('let pass money that came unasked and whose callback %s', async (_, changes) => {
    await spoil("UPDATE callbacks SET received_at = now() - interval '1 minute'");
    await spoil(`UPDATE callbacks SET ${changes}`);
    expect(await findUnread(database, [unasked])).toEqual([]);
  });

  it.each([
    ['nobody has read', "state = 'stored', due_at = now()", 1],
    ['waits, and nobody will look at again', "state = 'waiting', due_at = NULL", 1],
    [
      'waits, and somebody should have looked at',
      "state = 'waiting', due_at = now() - interval '1 minute'",
      1,
    ],
    ['waits for its next look', "state = 'waiting', due_at = now() + interval '1 minute'", 0],
    ['is about to be looked at', "state = 'waiting', due_at = now() - interval '1 second'", 0],
    ['is done with', "state = 'done', due_at = NULL", 0],
  ])('know whether a world has settled: a callback %s', async (_, changes, times) => {
    await spoil(`UPDATE events SET due_at = NULL; UPDATE callbacks SET ${changes}`);
    expect(await findLeft(database, 8)).toHaveLength(times);
  });

  it('find an operation, a key and a callback that were promised and are gone', async () => {
    expect(await findLost(database, [{ ...operation, operationId: OTHER }])).toHaveLength(1);
    expect(await findLost(database, [callback, callback])).toHaveLength(1);
    await spoil('DELETE FROM idempotency_keys');
    expect(await findLost(database, [operation])).toHaveLength(1);
  });

  it.each([
    ['amount', 'amount_minor = 2600'],
    ['currency', "currency = 'KES'"],
    ['partner', "partner = 'mpesa-ke'"],
    ['payer', "payer_value = '+221770000002'"],
    ['reference', "reference = 'R2'"],
  ])('find an operation that is there with another %s than was asked for', async (_, change) => {
    await spoil("UPDATE operations SET payer_value = '+221770000001', reference = 'R1'");
    const sent = {
      ...{ partner: 'wave-sn', amount: { value: '2500', currency: 'XOF' }, reference: 'R1' },
      payer: { type: 'msisdn', value: '+221770000001' },
    };
    expect(await findLost(database, [{ ...operation, sent }])).toEqual([]);
    await spoil(`UPDATE operations SET ${change}`);
    expect(await findLost(database, [{ ...operation, sent }])).toHaveLength(1);
  });

  it.each([
    ['is written down', "UPDATE operations SET confirmed_step = 'quote'"],
    [
      'was sent, whatever was asked since',
      `INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why, evidence)
        VALUES ('${ID}', 4, 'awaiting_confirmation', 'submitting', 'client', 'confirmed', '{"step":"quote"}')`,
    ],
  ])('find a yes that was promised and is gone, until it %s', async (_, sql) => {
    await spoil("UPDATE operations SET confirmed_step = 'party'");
    expect(await findLost(database, [yes])).toHaveLength(1);
    await spoil(sql);
    expect(await findLost(database, [yes])).toEqual([]);
  });

  it('find a yes to what is not there', async () => {
    expect(await findLost(database, [{ ...yes, operationId: OTHER }])).toHaveLength(1);
  });

  it.each([
    ['cancelled', 0],
    ['pending', 1],
  ])('find a cancellation that was promised and is gone: it was %s, and then paid', async (state, times) => {
    await spoil(`DELETE FROM transitions WHERE sequence > 1;
      INSERT INTO transitions (operation_id, sequence, from_state, to_state, actor, why) VALUES
        ('${ID}', 2, 'received', '${state}', 'client', 'no'), ('${ID}', 3, '${state}', 'succeeded', 'partner', 'paid')`);
    expect(await findLost(database, [{ what: 'cancellation', operationId: ID }])).toHaveLength(times);
  });

  it('find a cancellation of what is not there', async () => {
    expect(await findLost(database, [{ what: 'cancellation', operationId: OTHER }])).toHaveLength(1);
  });

  const CREDIT = '019aa5c0-0000-7000-8000-000000000003';
  /** Money that a scheme brought, and its credit; flagged. */
  const pass = (receipt: string, credit: string, kind: string) =>
    spoil(`DELETE FROM operations;
      INSERT INTO operations (id, kind, partner, state, amount_minor, currency, passes_on, created_at, failure, deadline_at) VALUES
        ('${ID}', 'receipt', '${SCHEME}', '${receipt}', 2500, 'XOF', NULL, now() - interval '1 hour', NULL, NULL),
        ('${CREDIT}', 'transfer', 'core-banking', '${credit}', 2500, 'XOF', '${ID}', now(), '{"moneyMoved":"no"}', NULL);
      INSERT INTO discrepancies (id, kind, partner, operation_id, subject, details)
        VALUES ('${ID}', '${kind}', '${SCHEME}', '${ID}', '${ID}', '{}')`);
  const takeBack = (state: string) =>
    spoil(`INSERT INTO operations (id, kind, partner, state, amount_minor, currency, reverses)
      VALUES ('${OTHER}', 'reversal', 'core-banking', '${state}', 2500, 'XOF', '${CREDIT}')`);

  it.each([
    ['no credit that is there', 'failed', 'failed', 'credit_not_taken_back'],
    ['a credit whose money came', 'succeeded', 'succeeded', 'credit_not_taken_back'],
    ['no money that came', 'pending', 'failed', 'committed_not_credited'],
    ['a credit that is there', 'succeeded', 'succeeded', 'committed_not_credited'],
  ])('find a receipt that is still flagged though there is %s', async (_, receipt, credit, kind) => {
    await pass(receipt, credit, kind);
    if (receipt === 'pending') await spoil(`UPDATE operations SET deadline_at = now() + interval '1 hour'`);
    expect(await findForgotten(database, 2 * 60 * MINUTE_MS)).toHaveLength(1);
    await spoil('UPDATE discrepancies SET settled_at = now()');
    expect(await findForgotten(database, 2 * 60 * MINUTE_MS)).toEqual([]);
  });

  it('find a receipt that is still flagged though its credit was taken back, or there is none', async () => {
    await pass('failed', 'succeeded', 'credit_not_taken_back');
    await takeBack('failed');
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
    await spoil(`UPDATE operations SET state = 'succeeded', version = version + 1 WHERE id = '${OTHER}'`);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    await spoil(`DELETE FROM operations WHERE id IN ('${CREDIT}', '${OTHER}')`);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
  });

  it.each([
    ['credited without its money', 'failed', 'succeeded', 'credit_not_taken_back'],
    ['not credited with it', 'succeeded', 'failed', 'committed_not_credited'],
    ['refused, and settled all the same', 'failed', 'failed', 'committed_not_credited'],
  ])('let pass the flag of what is %s', async (_, receipt, credit, kind) => {
    await pass(receipt, credit, kind);
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it('let pass the flag of what came and was taken back', async () => {
    await pass('succeeded', 'succeeded', 'committed_not_credited');
    await takeBack('succeeded');
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it('find money that is never passed on, until something flags it', async () => {
    await pass('failed', 'succeeded', 'committed_not_credited');
    await spoil(`INSERT INTO passing_on (receipt_id, credit_id) VALUES ('${ID}', '${CREDIT}')`);
    expect(await findForgotten(database, MINUTE_MS)).toHaveLength(1);
    await spoil("UPDATE discrepancies SET kind = 'credit_not_taken_back'");
    expect(await findForgotten(database, MINUTE_MS)).toEqual([]);
  });

  it.each([
    ['is answered by another operation', OTHER, 1],
    ['is answered by its own', ID, 0],
  ])('send again what was promised: its key %s', async (_, id, times) => {
    const answered = { status: 202, operation: { id } } as Answered;
    const replay = () => Promise.resolve(answered);
    const evidence = { database, replay, acknowledged: [operation] } as unknown as Evidence;
    expect(await nothingLost.check(evidence)).toHaveLength(times);
  });
});
