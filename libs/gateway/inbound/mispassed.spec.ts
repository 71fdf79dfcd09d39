import { newId } from '#domain';
import { type Outcome } from '#partner-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '../../../test/support/database.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Reversals } from '../operations/reversals.js';
import { Passing, until } from './passing-spec-support.js';
import { type Process, setStage, type Stage } from './spec-support.js';

/** Most are told that nobody was credited in time. */
const BRIEFLY_MS = 2_500;

describe('a receipt whose credit is not like it is flagged', () => {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let stage: Stage;
  let api: Process;
  let worker: Process;
  let passing: Passing;

  beforeAll(async () => {
    fresh = await freshDatabase();
    stage = await setStage(fresh.url, BRIEFLY_MS);
    api = await stage.start('api');
    worker = await stage.start('worker');
    passing = new Passing(stage, api);
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await fresh.drop();
  });

  const flags = ({ id }: Pick<Operation, 'id'> = passing.passage.receipt) =>
    passing.rows<{ kind: string; why: string }>(
      `SELECT kind, details->>'why' AS why FROM discrepancies WHERE operation_id = $1 AND settled_at IS NULL`,
      id,
    );
  const isFlagged = async (flag: { kind: string; why?: string }): Promise<boolean> => {
    // Nobody waits for the next look.
    await passing.rows("UPDATE passing_on SET due_at = now() WHERE due_at > now() + interval '100 ms'");
    return (await flags()).some(({ kind, why }) => kind === flag.kind && why === (flag.why ?? why));
  };
  const settledNotes = () =>
    passing.rows<{ kind: string; note: string }>(
      "SELECT kind, note FROM discrepancies WHERE operation_id = $1 AND settled_by = 'rule' ORDER BY settled_at",
      passing.passage.receipt.id,
    );
  const settleByHand = () =>
    passing.rows(
      `UPDATE discrepancies SET settled_at = now(), settled_by = 'a.diop', note = 'done by hand'
         WHERE operation_id = $1 AND settled_at IS NULL`,
      passing.passage.receipt.id,
    );
  /** A client takes the credit back. */
  const reverseByHand = async (): Promise<string> => {
    const id = newId(new Date());
    const asked = await api.get(Reversals).reverse({
      ...{ id, clientId: 'bank', seesReceipts: true, originalId: passing.passage.credit.id, amount: null },
      ...{ idempotencyKey: id, digest: id, reason: 'by hand' },
    });
    expect(asked.is).toBe('accepted');
    return id;
  };
  /** Paid after its receipt has failed, and the keeper leaves it open whether it is taken back. */
  const creditInVain = async (): Promise<void> => {
    await passing.bringInVain();
    stage.peer.takesLong = true;
    await passing.keeperSays({ is: 'succeeded' });
    await until(async () => (await lastReversal())?.state === 'pending');
  };
  const lastReversal = async () => (await passing.givenBack()).at(-1);
  const reversal = async (): Promise<{ id: string }> => {
    const last = await lastReversal();
    if (!last) throw new Error('nothing takes it back');
    return last;
  };
  const spent: Outcome = {
    ...{ is: 'declined', reason: 'insufficient_funds', moneyMoved: 'no' },
    partner: { code: 'insufficient_funds', message: 'spent' },
  };
  const away: Outcome = {
    ...{ is: 'declined', reason: 'partner_unavailable', moneyMoved: 'no' },
    partner: { code: '503', message: 'away' },
  };
  const NOT_YET = {
    kind: 'credit_not_taken_back',
    why: 'the keeper of the account has not given it back yet',
  };
  const REFUSED = { kind: 'credit_not_taken_back', why: 'the keeper of the account does not give it back' };
  const BACK = [{ kind: 'credit_not_taken_back', note: 'the credit has been taken back' }];

  beforeEach(() => {
    stage.peer.takesLong = false;
  });

  it('while it is owed back, and no longer than that', async () => {
    await creditInVain();
    await until(() => isFlagged(NOT_YET));
    await passing.keeperSays({ is: 'succeeded' }, await reversal());
    expect([await flags(), await settledNotes()]).toEqual([[], BACK]);
    await until(() => passing.isLeft());
  });

  it('and is told, too, once the keeper has refused for good; a late success ends that', async () => {
    await creditInVain();
    await until(() => isFlagged(NOT_YET));
    await passing.keeperSays(spent, await reversal());
    await until(() => isFlagged(REFUSED));
    expect(await flags()).toHaveLength(1);
    await until(() => passing.isLeft());
    await passing.keeperSays({ is: 'succeeded' }, await reversal());
    expect([await flags(), await settledNotes()]).toEqual([[], BACK]);
    await until(() => passing.isLeft());
  });

  it('until somebody takes it back by a reversal of their own', async () => {
    await creditInVain();
    await passing.keeperSays(spent, await reversal());
    await until(() => isFlagged(REFUSED));
    await until(() => passing.isLeft());
    stage.peer.takesLong = false;
    await reverseByHand();
    await until(async () => (await flags()).length === 0);
    expect(await settledNotes()).toEqual(BACK);
  });

  it('no more, once the first reversal has succeeded after all, whatever becomes of the second', async () => {
    await creditInVain();
    const first = await reversal();
    await passing.keeperSays(away, first);
    await until(async () => {
      await isFlagged(NOT_YET);
      return (await passing.givenBack()).map(({ state }) => state).join() === 'failed,pending';
    });
    await until(() => isFlagged(NOT_YET));
    await passing.keeperSays({ is: 'succeeded' }, first);
    expect(await flags()).toEqual([]);
    const taken: Outcome = { ...spent, reason: 'duplicate' };
    await passing.keeperSays(taken, await reversal());
    await until(() => passing.isLeft());
    expect([await flags(), (await passing.givenBack()).length]).toEqual([[], 2]);
  });

  it('by nobody who has seen it before it was taken back', async () => {
    await creditInVain();
    const id = passing.passage.receipt.id;
    await passing.rows('UPDATE passing_on SET looks = 20 WHERE receipt_id = $1', id);
    const reader = worker.get(OperationReader);
    const findMany = reader.findMany.bind(reader);
    const isTakenBackMeanwhile = jest.spyOn(reader, 'findMany').mockImplementation(async (ids) => {
      const seen = await findMany(ids);
      if (!ids.includes(passing.passage.credit.id)) return seen;
      isTakenBackMeanwhile.mockRestore();
      // After the reversals were read, too.
      await sleep(200);
      await passing.keeperSays({ is: 'succeeded' }, await reversal());
      await passing.rows('DELETE FROM passing_on WHERE receipt_id = $1', id);
      return seen;
    });
    await passing.rows('UPDATE passing_on SET due_at = now() WHERE receipt_id = $1', id);
    await until(() => passing.isLeft());
    await sleep(500);
    expect([await flags(), await settledNotes()]).toEqual([[], []]);
  });

  it('until it is paid, where the money came', async () => {
    await passing.bringUncredited();
    await until(() => isFlagged({ kind: 'committed_not_credited' }));
    await passing.keeperSays({ is: 'succeeded' });
    expect([await flags(), await settledNotes()]).toEqual([
      [],
      [{ kind: 'committed_not_credited', note: 'the credit has been paid after all' }],
    ]);
    await until(() => passing.isLeft());
  });

  it('where the money came and it was taken back, once that is known', async () => {
    const transfer = await passing.bring();
    await passing.keeperSays({ is: 'succeeded' });
    stage.peer.takesLong = true;
    const id = await reverseByHand();
    await until(async () => (await lastReversal())?.state === 'pending');
    await passing.ask({ is: 'news', transfer, moved: true });
    await until(async () => (await passing.now(passing.passage.receipt)).state === 'succeeded');
    await passing.rows('UPDATE passing_on SET due_at = now()');
    await sleep(500);
    expect([await flags(), await passing.isLookedAt()]).toEqual([[], true]);
    await passing.keeperSays(spent, { id });
    await until(() => passing.isLeft());
    expect(await flags()).toEqual([]);
    await passing.keeperSays({ is: 'succeeded' }, { id });
    await until(() => isFlagged({ kind: 'committed_not_credited' }));
    await until(() => passing.isLeft());
  });

  it('for what the switch has settled against our word, whatever is taken back', async () => {
    await passing.bringInVain();
    const transfer = passing.passage.receipt.partnerReference ?? '';
    await passing.ask({ is: 'news', transfer, moved: true });
    await until(() => isFlagged({ kind: 'committed_not_credited' }));
    await passing.keeperSays({ is: 'succeeded' });
    await until(async () => (await lastReversal())?.state === 'succeeded');
    await until(() => passing.isLeft());
    expect(await flags()).toMatchObject([{ kind: 'committed_not_credited' }]);
  });

  it.each(['taken back', 'paid'])(
    'once more where it is %s after somebody had done the same by hand',
    async (what) => {
      if (what === 'taken back') {
        await creditInVain();
        await passing.keeperSays(spent, await reversal());
      } else {
        await passing.bringUncredited();
      }
      await until(() => passing.isLeft());
      expect(await flags()).toHaveLength(1);
      await settleByHand();
      const moved = what === 'paid' ? passing.passage.credit : await reversal();
      await passing.keeperSays({ is: 'succeeded' }, moved);
      expect(await flags(moved)).toMatchObject([
        { kind: 'late_success', why: 'somebody had settled it by hand before' },
      ]);
    },
  );
});
