import { type Outcome, PartnerRegistry } from '#partner-kit';
import { Database } from '#platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Operation } from '../operations/operation.js';
import { OperationReader } from '../operations/reader.js';
import { Verdicts } from '../operations/verdicts.js';
import { Announcements, type Passage } from './announcements.js';
import { type Answered, InboundDesk } from './inbound-desk.js';
import { ASKER, askerOf, type Process, rawOf, type Stage } from './spec-support.js';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

const REFUSAL: Outcome = {
  ...{ is: 'declined', reason: 'partner_rejected', moneyMoved: 'no' },
  partner: { code: 'no', message: 'refused' },
};

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it is not so in time');
    await sleep(LOOK_MS);
  }
}

/** Money that a partner brings, one movement after the other, and what the keeper of the account says of its credit. */
export class Passing {
  private current: Passage | undefined;
  private serial = 0;

  constructor(
    private readonly stage: Stage,
    private readonly api: Process,
  ) {}

  /** What was brought last. */
  get passage(): Passage {
    if (!this.current) throw new Error('nothing was brought');
    return this.current;
  }

  rows<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
    return this.api.get(Database).query<Row>({ name: '', text }, values);
  }

  async isLookedAt(): Promise<boolean> {
    const { id } = this.passage.receipt;
    return (await this.rows('SELECT FROM passing_on WHERE receipt_id = $1', id)).length > 0;
  }

  async isLeft(): Promise<boolean> {
    return !(await this.isLookedAt());
  }

  async now({ id }: Pick<Operation, 'id'>): Promise<Operation> {
    const operation = await this.api.get(OperationReader).find(id);
    if (!operation) throw new Error('an operation has vanished');
    return operation;
  }

  /** Of the credit, or of what takes it back, as it stands. */
  async keeperSays(outcome: Outcome, of: Pick<Operation, 'id'> = this.passage.credit): Promise<void> {
    await this.api.get(Verdicts).take(await this.now(of), {
      partner: this.api.get(PartnerRegistry).get('keeper-sn'),
      news: { outcome, from: 'callback', conclusive: true },
      ...{ actor: 'partner', evidence: {}, resubmissionIsSafe: false },
    });
  }

  ask(body: object): Promise<Answered> {
    return this.api.get(InboundDesk).answer(askerOf(this.api), rawOf(body));
  }

  /** Money is brought, and its credit stays open. */
  async bring(): Promise<string> {
    this.serial += 1;
    const [id, payee] = [`late-${String(this.serial)}`, `+22177${String(this.serial).padStart(5, '0')}42`];
    this.stage.peer.slow.add(payee);
    await this.ask({ is: 'quote', id: `q-${id}`, transfer: id, payee });
    await until(() => Promise.resolve(this.stage.peer.told.has(`q-${id}`)));
    await this.ask({ is: 'transfer', id, payee });
    const found = await this.api.get(Announcements).find(ASKER, id);
    if (!found) throw new Error('it is not announced');
    this.current = found;
    // A worker that has only just begun may be too late to send it.
    await until(async () => ['pending', 'cancelled'].includes((await this.now(found.credit)).state));
    return id;
  }

  /** Not credited in time, so the partner hears no; then the keeper refuses, too, and nobody looks at it any more. */
  async bringInVain(): Promise<void> {
    const id = await this.bring();
    await until(() => Promise.resolve(this.stage.peer.told.has(id)));
    await this.keeperSays(REFUSAL);
    await until(() => this.isLeft());
  }

  /** The money came, and the keeper has refused the credit. */
  async bringUncredited(): Promise<void> {
    await this.ask({ is: 'news', transfer: await this.bring(), moved: true });
    await until(async () => (await this.now(this.passage.receipt)).state === 'succeeded');
    await this.keeperSays(REFUSAL);
  }

  givenBack(): Promise<{ id: string; state: string }[]> {
    const { id } = this.passage.credit;
    return this.rows('SELECT id, state FROM operations WHERE reverses = $1 ORDER BY id', id);
  }

  async isGivenBack(): Promise<boolean> {
    return (await this.givenBack()).some(({ state }) => state === 'succeeded');
  }
}
