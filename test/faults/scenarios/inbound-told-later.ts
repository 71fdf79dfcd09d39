import assert from 'node:assert/strict';
import { SWITCH } from '../settings.js';
import { type Scenario, type World } from '../world.js';
import { Death } from './deaths.js';
import { apiDies, type Moment } from './inbound-api-crashes.js';
import { workerDies } from './inbound-worker-crashes.js';
import { assertEven, credits, customer, type Incoming, passages } from './incoming.js';

/** Longer than anybody here is away: only a no ends the transfer before. */
const PATIENT = { by: SWITCH, expiryMs: 20_000 } as const;

interface Told extends Moment {
  readonly end: 'COMMITTED' | 'ABORTED';
}

/** Kept as evidence right before it is acknowledged. */
const ACKNOWLEDGED = `
  SELECT FROM operations r JOIN callbacks c ON c.partner = r.partner AND c.path = 'transfers'
    AND position(convert_to(r.partner_reference, 'UTF8') IN c.body) > 0
  WHERE r.kind = 'receipt' AND r.payee_value = $1`;
const NOW = `
  UPDATE inbound_answers SET due_at = now() WHERE due_at IS NOT NULL
    AND operation_id IN (SELECT id FROM operations WHERE payee_value = $1)`;

/** The customer is credited, and nobody has said so yet to a switch that knows that it will be told. */
const isCredited = (world: World, payee: string) => async (): Promise<boolean> => {
  const { rowCount } = await world.stack.database.query(ACKNOWLEDGED, [`+${payee}`]);
  return (rowCount ?? 0) > 0 && (await passages(world, [payee]))[0]?.creditState === 'succeeded';
};

function moments(world: World, payee: string): readonly Told[] {
  const [announce, taken] = ['inbound-announce', 'inbound-answer-taken'];
  const credited = { statement: 'inbound-passage', when: 'after', isIt: isCredited(world, payee) } as const;
  // Whoever has taken it up is given its time first: here nobody waits for that.
  const aWorkerTells = async (): Promise<void> => {
    await world.stack.database.query(NOW, [`+${payee}`]);
  };
  return [
    { what: 'an api dies before it has announced', statement: announce, when: 'before', end: 'ABORTED' },
    { what: 'an api dies before it acknowledges', statement: announce, when: 'after', end: 'ABORTED' },
    {
      ...{ what: 'an api dies before it tells of the credit', ...credited },
      ...{ meanwhile: aWorkerTells, end: 'COMMITTED' },
    },
    {
      ...{ what: 'an api dies when it has told', statement: taken, when: 'before' },
      end: 'COMMITTED',
    },
    {
      ...{ what: 'an api dies before it tells, and a worker when it has', ...credited },
      meanwhile: async () => {
        const death = new Death(world, { kind: 'worker', statement: taken, when: 'before' });
        await aWorkerTells();
        await death.come();
        await death.undo();
      },
      end: 'COMMITTED',
    },
  ];
}

async function dies(world: World, nth: number): Promise<Incoming> {
  const payee = customer();
  const moment = moments(world, payee)[nth];
  assert.ok(moment);
  const { end, ...order } = moment;
  const incoming = await apiDies(world, payee, order, PATIENT);
  assert.equal(incoming.state, end, `${incoming.transferId}, where ${order.what}`);
  return incoming;
}

/** What was acknowledged is told, whoever dies; and however often it is told, it is the same. */
export const inboundToldLater: Scenario = {
  id: 'F36',
  title: 'api and worker die in each phase of a payment that is acknowledged, credited and told later',
  async run(world) {
    const brought: Incoming[] = [];
    for (const nth of [0, 1, 2, 3, 4]) brought.push(await dies(world, nth));
    // The credit is not sent yet, or was sent and nobody knows: the no is told, and what is credited after all taken back.
    for (const nth of [0, 1]) brought.push(await workerDies(world, nth, PATIENT));
    const found = await assertEven(world, brought);
    for (const { payee, state, transferId } of brought) {
      assert.ok((await credits(world, payee)) <= 1, `${transferId} was credited twice`);
      const end = found.find((one) => one.payee === payee)?.receiptState ?? 'failed';
      assert.equal(end, state === 'COMMITTED' ? 'succeeded' : 'failed', transferId);
    }
  },
};
