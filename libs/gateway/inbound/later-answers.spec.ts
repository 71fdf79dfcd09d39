import { Database } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '../../../test/support/database.js';
import { Timeline } from '../operations/timeline.js';
import { InboundDesk } from './inbound-desk.js';
import { InboundReplies } from './inbound-replies.js';
import {
  type Asked,
  askerOf,
  type Process,
  rawOf,
  setStage,
  type Stage,
  WAITING_MS,
} from './spec-support.js';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('a partner that is told later', () => {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let stage: Stage;
  let api: Process;
  let serial = 0;

  beforeAll(async () => {
    fresh = await freshDatabase();
    stage = await setStage(fresh.url);
    api = await stage.start('api');
    await stage.start('worker');
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await fresh.drop();
  });

  /** An id, and a customer of ours that no other case pays. */
  const another = (): { id: string; payee: string } => {
    serial += 1;
    return { id: `t-${String(serial)}`, payee: `+22177${String(serial).padStart(5, '0')}42` };
  };
  const ask = async (body: Asked | object, headers: Readonly<Record<string, string>> = {}) => {
    const { answer, result } = await api.get(InboundDesk).answer(askerOf(api), rawOf(body, headers));
    return { status: answer.status, result };
  };
  const rows = <Row extends object>(text: string, ...values: unknown[]) =>
    api.get(Database).query<Row>({ name: '', text }, values);
  const until = async <T>(look: () => T | Promise<T>, isThere: (found: T) => boolean): Promise<T> => {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (isThere(found)) return found;
      if (performance.now() > end) throw new Error(`it stays ${JSON.stringify(found)}`);
      await sleep(LOOK_MS);
    }
  };
  const told = (id: string, times = 1): Promise<readonly string[]> =>
    until(
      () => stage.peer.told.get(id) ?? [],
      (words) => words.length >= times,
    );
  /** Its next tellings wait. @returns lets them be answered, and waits for what is under way */
  const hold = (id: string): (() => Promise<void>) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    stage.peer.held.set(id, promise);
    return async () => {
      stage.peer.held.delete(id);
      resolve(undefined);
      await api.get(InboundDesk).drain(PATIENCE_MS);
    };
  };
  const credits = (payee: string): number => stage.peer.credits.get(payee) ?? 0;
  const receipts = (id: string) =>
    rows<{ id: string; state: string }>(
      "SELECT o.id, o.state FROM partner_references r JOIN operations o ON o.id = r.operation_id WHERE r.reference = $1 AND o.kind = 'receipt'",
      id,
    );
  const owed = (id: string) =>
    rows<{ said: string | null; memo: unknown; due_at: Date | null }>(
      'SELECT said, memo, due_at FROM inbound_answers WHERE transfer = $1',
      id,
    );
  const untilRecorded = (id: string) =>
    until(
      () => owed(id),
      ([row]) => row?.due_at === null,
    );
  const quoted = async (id: string, payee: string): Promise<void> => {
    await ask({ is: 'quote', id: `q-${id}`, transfer: id, payee });
    expect(await told(`q-${id}`)).toEqual(['offer']);
  };
  /** What a process leaves that dies right after it has written the announcement down. */
  const announceAndDie = async (id: string, payee: string, afterMs = WAITING_MS): Promise<void> => {
    const asker = askerOf(api);
    const [request, how] = [asker.adapter.inbound?.read(rawOf({ is: 'transfer', id, payee })), asker.inbound];
    if (request?.is !== 'transfer' || !how) throw new Error('the stage is not set');
    const asking = { partner: asker, how, raw: rawOf({}) };
    await api.get(InboundReplies).announce(request, asking, { memo: { about: id, packet: '' }, afterMs });
  };

  it('hears who a customer is, and who is none', async () => {
    const { id, payee } = another();
    expect(await ask({ is: 'lookup', id, payee })).toEqual({ status: 202, result: 'accepted' });
    expect(await told(id)).toEqual(['party']);
    const stranger = another().id;
    await ask({ is: 'lookup', id: stranger, payee: '+221770000099' });
    expect(await told(stranger)).toEqual(['party_unknown']);
  });

  it('is told the adapter’s own no like any other', async () => {
    const { id } = another();
    stage.peer.deaf.set(id, 1);
    expect(await ask({ is: 'refused', id })).toEqual({ status: 202, result: 'accepted' });
    expect(await told(id, 2)).toEqual(['unsupported_id_type', 'unsupported_id_type']);
    const off = { ...askerOf(api), enabled: false };
    const { result } = await api.get(InboundDesk).answer(off, rawOf({ is: 'refused', id }));
    expect(result).toBe('unavailable');
  });

  it('is told the adapter’s own no to a transfer, and hears it at once where the transfer is on the books', async () => {
    const { id, payee } = another();
    const refused = { is: 'refused', id, transfer: id } as const;
    expect(await ask(refused)).toEqual({ status: 202, result: 'accepted' });
    expect(await told(id)).toEqual(['transfer_refused']);
    expect(await receipts(id)).toEqual([]);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    expect(await told(id, 2)).toEqual(['transfer_refused', 'credited']);
    expect(await ask(refused)).toEqual({ status: 400, result: 'transfer_refused' });
    await api.get(InboundDesk).drain(PATIENCE_MS);
    expect(await told(id, 2)).toEqual(['transfer_refused', 'credited']);
  });

  it('is told an inquiry’s answer once more where it did not take it', async () => {
    const { id, payee } = another();
    stage.peer.deaf.set(id, 1);
    await ask({ is: 'lookup', id, payee });
    expect(await told(id, 2)).toEqual(['party', 'party']);
  });

  it('is told yes once its customer is credited, and then how it stands', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    expect(await ask({ is: 'transfer', id, payee })).toEqual({ status: 202, result: 'accepted' });
    expect(await told(id)).toEqual(['credited']);
    expect(credits(payee)).toBe(1);
    expect(await untilRecorded(id)).toEqual([{ said: 'answered', memo: null, due_at: null }]);
    const [receipt] = await receipts(id);
    const entries = await new Timeline(api.get(Database)).of(receipt?.id ?? '');
    expect(entries).toContainEqual({
      ...{ type: 'answer', number: 1, said: 'answered', tries: 1 },
      ...{ at: expect.any(Date), toldAt: expect.any(Date) },
    });
    await ask({ is: 'question', id });
    expect(await told(id, 2)).toEqual(['credited', 'credited']);
  });

  it('hears the same again, and a no to other content at once', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask({ is: 'transfer', id, payee })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(await told(id, 4))).toEqual(new Set(['credited']));
    expect(await ask({ is: 'transfer', id, payee, amount: '1501' })).toEqual({
      status: 400,
      result: 'differs',
    });
    expect(await ask({ is: 'transfer', id, payee, packet: 'of another quote' })).toEqual({
      ...{ status: 400, result: 'differs' },
    });
    expect(await ask({ is: 'transfer', id, payee })).toEqual({ status: 202, result: 'accepted' });
    expect(new Set(await told(id, 5))).toEqual(new Set(['credited']));
    expect([credits(payee), (await receipts(id)).length]).toEqual([1, 1]);
  });

  it('is told by a worker where the process that took it up died: yes', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    await announceAndDie(id, payee);
    expect(await told(id)).toEqual(['credited']);
    expect(credits(payee)).toBe(1);
    expect(await untilRecorded(id)).toMatchObject([{ said: 'answered' }]);
  });

  it('is told by a worker where the process died: no, and it is on the books before', async () => {
    const { id, payee } = another();
    stage.peer.slow.add(payee);
    await quoted(id, payee);
    await announceAndDie(id, payee, 1_500);
    expect(await told(id)).toEqual(['timed_out']);
    expect(await receipts(id)).toMatchObject([{ state: 'failed' }]);
    expect(await ask({ is: 'transfer', id, payee })).toEqual({ status: 202, result: 'accepted' });
    expect(await told(id, 2)).toEqual(['timed_out', 'timed_out']);
  });

  it('is told again and again until it takes it', async () => {
    const { id, payee } = another();
    stage.peer.deaf.set(id, 3);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    expect(await told(id, 4)).toEqual(Array.from({ length: 4 }, () => 'credited'));
    expect(await untilRecorded(id)).toMatchObject([{ said: 'answered' }]);
    expect(credits(payee)).toBe(1);
  });

  it('is told nothing any more once it has settled the transfer itself', async () => {
    const { id, payee } = another();
    stage.peer.deaf.set(id, 1_000);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    await told(id, 2);
    expect(await ask({ is: 'news', transfer: id, moved: true })).toEqual({ status: 200, result: 'answered' });
    expect(await untilRecorded(id)).toEqual([{ said: null, memo: null, due_at: null }]);
    expect(await receipts(id)).toMatchObject([{ state: 'succeeded' }]);
  });

  it('is told a no for some hours, and not for ever', async () => {
    const { id, payee } = another();
    stage.peer.slow.add(payee);
    stage.peer.deaf.set(id, 1_000);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee, expiresAt: fromNow(2_000) });
    await told(id);
    // As often as it is tried within those hours. Once more where somebody has just put it off.
    const hurry =
      'UPDATE inbound_answers SET tries = 25, due_at = now() WHERE transfer = $1 AND due_at IS NOT NULL';
    await until(
      () => rows(hurry, id).then(() => owed(id)),
      ([row]) => row?.due_at === null,
    );
    expect(await owed(id)).toEqual([{ said: null, memo: null, due_at: null }]);
    expect(await receipts(id)).toMatchObject([{ state: 'failed' }]);
  });

  it('is refused what has expired, and nothing is announced', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    expect(await ask({ is: 'transfer', id, payee, expiresAt: fromNow(-60_000) })).toEqual({
      ...{ status: 202, result: 'accepted' },
    });
    expect(await told(id)).toEqual(['transfer_expired']);
    expect([await receipts(id), credits(payee)]).toEqual([[], 0]);
  });

  it('is refused what is not credited before it expires', async () => {
    const { id, payee } = another();
    stage.peer.slow.add(payee);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee, expiresAt: fromNow(3_000) });
    expect(await told(id)).toEqual(['timed_out']);
    expect(await receipts(id)).toMatchObject([{ state: 'failed' }]);
  });

  it('may have asked for the price under another name', async () => {
    const [{ id, payee }, { id: name }] = [another(), another()];
    await quoted(name, payee);
    await ask({ is: 'transfer', id, payee });
    expect(await told(id)).toEqual(['quote_unknown']);
    await ask({ is: 'transfer', id, payee, quotedAs: name });
    expect(await told(id, 2)).toEqual(['quote_unknown', 'credited']);
  });

  it('hears no first no again once it was told a yes', async () => {
    const { id, payee } = another();
    stage.peer.deaf.set(id, 1);
    const release = hold(id);
    await ask({ is: 'transfer', id, payee });
    expect(await told(id)).toEqual(['quote_unknown']);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    await release();
    expect(await told(id, 2)).toEqual(['quote_unknown', 'credited']);
  });

  it('who asks is told no only of what nobody has announced, and nothing of trouble of our own', async () => {
    const { id, payee } = another();
    stage.peer.deaf.set(id, 1);
    const release = hold(id);
    await ask({ is: 'question', id });
    expect(await told(id)).toEqual(['transfer_unknown']);
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    await release();
    expect(await told(id, 2)).toEqual(['transfer_unknown', 'credited']);
    await rows('ALTER TABLE partner_references RENAME TO partner_references_away');
    try {
      expect(await ask({ is: 'question', id })).toEqual({ status: 202, result: 'accepted' });
      await api.get(InboundDesk).drain(PATIENCE_MS);
    } finally {
      await rows('ALTER TABLE partner_references_away RENAME TO partner_references');
    }
    expect(await told(id, 2)).toEqual(['transfer_unknown', 'credited']);
  });

  it('hears how its transfer stands, although it has been switched off since', async () => {
    const [{ id, payee }, { id: other }] = [another(), another()];
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    expect(await told(id)).toEqual(['credited']);
    const off = { ...askerOf(api), enabled: false };
    const askOff = async (body: Asked) => (await api.get(InboundDesk).answer(off, rawOf(body))).result;
    expect(await askOff({ is: 'transfer', id, payee })).toBe('accepted');
    expect(await told(id, 2)).toEqual(['credited', 'credited']);
    expect(await askOff({ is: 'transfer', id: other, payee })).toBe('unavailable');
  });

  it('is credited for once by one offer, under whatever names it orders', async () => {
    const [{ id: name, payee }, { id: first }, { id: second }] = [another(), another(), another()];
    await quoted(name, payee);
    await ask({ is: 'transfer', id: first, payee, quotedAs: name });
    expect(await told(first)).toEqual(['credited']);
    await ask({ is: 'transfer', id: second, payee, quotedAs: name });
    expect(await told(second)).toEqual(['transfer_refused']);
    await ask({ is: 'quote', id: `q-${second}`, transfer: name, payee });
    expect(await told(`q-${second}`)).toEqual(['quote_refused']);
    expect([credits(payee), await receipts(second)]).toEqual([1, []]);
  });

  it('is credited for once where it orders by one offer twice at the same moment', async () => {
    const [{ id: name, payee }, ...others] = [another(), another(), another(), another()];
    await quoted(name, payee);
    const orders = others.map(({ id }) => ask({ is: 'transfer', id, payee, quotedAs: name }));
    const statuses = (await Promise.all(orders)).map(({ status }) => status);
    expect(statuses).toContain(202);
    await api.get(InboundDesk).drain(PATIENCE_MS);
    expect(credits(payee)).toBe(1);
  });

  it('is not heard where it proves nothing: the request is kept as evidence', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    const forged = await ask({ is: 'transfer', id, payee }, { 'x-proof': 'forged' });
    expect(forged).toEqual({ status: 400, result: 'forged' });
    expect([await receipts(id), await owed(id)]).toEqual([[], []]);
    const kept = await rows<{ state: string; verdict_why: string }>(
      `SELECT state, verdict_why FROM callbacks WHERE convert_from(body, 'UTF8') LIKE '%' || $1 || '%' AND verdict = 'forged'`,
      `"${id}"`,
    );
    expect(kept).toEqual([{ state: 'forged', verdict_why: 'the proof is not' }]);
  });

  it('hears that its news is not believed', async () => {
    expect(await ask({ is: 'news', transfer: 'made up', moved: true })).toEqual({
      ...{ status: 400, result: 'forged' },
    });
  });

  it.each(['lookup', 'transfer'])('is told at once to come back: too much is under way (%s)', async (is) => {
    await api.get(InboundDesk).drain(PATIENCE_MS);
    const asked = Array.from({ length: 1_001 }, () => ask({ is, ...another() }));
    const results = (await Promise.all(asked)).map(({ result }) => result);
    expect(results.filter((result) => result !== 'accepted')).toEqual(['busy']);
    await api.get(InboundDesk).drain(PATIENCE_MS);
    const { id, payee } = another();
    expect(await ask({ is: 'lookup', id, payee })).toEqual({ status: 202, result: 'accepted' });
  });

  it('is told what is under way before a process stops', async () => {
    const { id, payee } = another();
    await quoted(id, payee);
    await ask({ is: 'transfer', id, payee });
    await api.get(InboundDesk).drain(PATIENCE_MS);
    expect(stage.peer.told.get(id)).toEqual(['credited']);
  });
});
