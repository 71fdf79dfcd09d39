import { type Outcome, PartnerRegistry } from '#partner-kit';
import { Database } from '#platform';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '../../../test/support/database.js';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { Announcements, type Passage } from './announcements.js';
import { InboundDesk } from './inbound-desk.js';
import { ASKER, askerOf, type Process, rawOf, setStage, type Stage } from './spec-support.js';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

describe('a credit that is refused, and paid after all', () => {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let stage: Stage;
  let api: Process;
  let worker: Process;
  let passage: Passage;
  let serial = 0;

  beforeAll(async () => {
    fresh = await freshDatabase();
    stage = await setStage(fresh.url);
    api = await stage.start('api');
    worker = await stage.start('worker');
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await fresh.drop();
  });

  const rows = <Row extends object>(text: string, ...values: unknown[]) =>
    api.get(Database).query<Row>({ name: '', text }, values);
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    const end = performance.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error('it is not so in time');
      await sleep(LOOK_MS);
    }
  };
  const isLookedAt = async (): Promise<boolean> =>
    (await rows('SELECT FROM passing_on WHERE receipt_id = $1', passage.receipt.id)).length > 0;
  const now = async ({ id }: Operation): Promise<Operation> => {
    const operation = await api.get(OperationReader).find(id);
    if (!operation) throw new Error('an operation has vanished');
    return operation;
  };
  /** The keeper of the account says so, of the credit as it stands. */
  const keeperSays = async (outcome: Outcome): Promise<void> => {
    await api.get(Verdicts).take(await now(passage.credit), {
      partner: api.get(PartnerRegistry).get('keeper-sn'),
      news: { outcome, from: 'callback', conclusive: true },
      ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
  };
  const refusal: Outcome = {
    ...{ is: 'declined', reason: 'partner_rejected', moneyMoved: 'no' },
    partner: { code: 'no', message: 'refused' },
  };

  const ask = (body: object) => api.get(InboundDesk).answer(askerOf(api), rawOf(body));
  /** Money is brought, and its credit stays open. */
  const bring = async (): Promise<string> => {
    serial += 1;
    const [id, payee] = [`late-${String(serial)}`, `+22177${String(serial).padStart(5, '0')}42`];
    stage.peer.slow.add(payee);
    await ask({ is: 'quote', id: `q-${id}`, transfer: id, payee });
    await until(() => Promise.resolve(stage.peer.told.has(`q-${id}`)));
    await ask({ is: 'transfer', id, payee });
    const found = await api.get(Announcements).find(ASKER, id);
    if (!found) throw new Error('it is not announced');
    passage = found;
    // A worker that has only just begun may be too late to send it.
    await until(async () => ['pending', 'cancelled'].includes((await now(passage.credit)).state));
    return id;
  };
  /** Not credited in time, so the partner hears no; then the keeper refuses, too, and nobody looks at it any more. */
  const bringInVain = async (): Promise<void> => {
    const id = await bring();
    await until(() => Promise.resolve(stage.peer.told.has(id)));
    await keeperSays(refusal);
    await until(async () => !(await isLookedAt()));
  };
  const givenBack = () =>
    rows<{ state: string }>('SELECT state FROM operations WHERE reverses = $1', passage.credit.id);

  it('is taken back: its money never came', async () => {
    await bringInVain();
    expect(await now(passage.receipt)).toMatchObject({ state: 'failed' });
    await keeperSays({ is: 'succeeded' });
    await until(async () => (await givenBack()).some(({ state }) => state === 'succeeded'));
    await until(async () => !(await isLookedAt()));
    expect(await givenBack()).toHaveLength(1);
  });

  it('is taken back, too, where it is paid while a worker settles what it has just seen refused', async () => {
    await bringInVain();
    const { receipt, credit } = passage;
    const reader = worker.get(OperationReader);
    const findMany = reader.findMany.bind(reader);
    const isPaidMeanwhile = jest.spyOn(reader, 'findMany').mockImplementation(async (ids) => {
      const seen = await findMany(ids);
      if (ids.includes(credit.id) && seen.get(credit.id)?.state === 'failed')
        await keeperSays({ is: 'succeeded' });
      return seen;
    });
    try {
      await rows('INSERT INTO passing_on (receipt_id, credit_id) VALUES ($1, $2)', receipt.id, credit.id);
      await until(async () => (await givenBack()).some(({ state }) => state === 'succeeded'));
    } finally {
      isPaidMeanwhile.mockRestore();
    }
  });

  it('stays where the money came all the same', async () => {
    await ask({ is: 'news', transfer: await bring(), moved: true });
    await until(async () => (await now(passage.receipt)).state === 'succeeded');
    await keeperSays(refusal);
    await until(async () => !(await isLookedAt()));
    await keeperSays({ is: 'succeeded' });
    await until(async () => !(await isLookedAt()));
    expect(await now(passage.credit)).toMatchObject({ state: 'succeeded' });
    expect(await givenBack()).toEqual([]);
  });
});
