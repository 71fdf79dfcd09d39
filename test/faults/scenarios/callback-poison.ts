import assert from 'node:assert/strict';
import { type Scenario, type World } from '../world.js';
import { allSucceeded, idOf, movedOnce, phones, type Standing, standing } from './sights.js';

const MPESA = 'mpesa-ke';
const NEIGHBOURS = 12;
/** As the processor says it: tries until a callback is put aside. */
const PARKED = /^failed 8 times/;

/** Whatever the callback of the poisoned operation claims, the database refuses to write it down. */
const POISON = (reference: string) => `
  CREATE OR REPLACE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = 'check_violation'; END $$;
  CREATE OR REPLACE TRIGGER poison BEFORE UPDATE ON operations FOR EACH ROW
    WHEN (NEW.reference = '${reference}' AND NEW.claimed_receipt IS NOT NULL) EXECUTE FUNCTION poison()`;
/** The trigger stays: to take it off would lock the table and its partitions against those who write there. */
const ANTIDOTE = `
  CREATE OR REPLACE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`;

interface Kept {
  readonly id: string;
  readonly state: string;
  readonly failures: number;
  readonly last_error: string | null;
}

async function callbacksOf({ stack }: World, operationId: string): Promise<readonly Kept[]> {
  const { rows } = await stack.database.query<Kept>(
    'SELECT id, state, failures, last_error FROM callbacks WHERE path = $1',
    [`stk/${operationId}`],
  );
  return rows;
}

/** The pauses between the tries grow to a minute: nobody waits for them here. */
async function nextTry({ stack }: World, id: string): Promise<void> {
  await stack.database.query(
    "UPDATE callbacks SET due_at = now() WHERE id = $1 AND state = 'waiting' AND lease IS NULL AND due_at > now()",
    [id],
  );
}

async function untilParked(world: World, { id }: Standing): Promise<Kept> {
  return world.until(
    'the poison is put aside',
    async () => {
      const [kept] = await callbacksOf(world, id);
      if (kept) await nextTry(world, kept.id);
      return kept?.state === 'parked' && kept;
    },
    20_000,
  );
}

async function poisonedWith(world: World): Promise<void> {
  const { stack, recorder, random } = world;
  const reference = `POISON${random.integer(1_000, 9_999)}`;
  await stack.database.query(POISON(reference));
  const [msisdn = '', ...numbers] = phones(random, MPESA, NEIGHBOURS + 1);
  const sent = [
    recorder.pay({ partner: MPESA, msisdn, reference }),
    ...numbers.map((number) => recorder.pay({ partner: MPESA, msisdn: number })),
  ];
  const ended = await allSucceeded(world, (await Promise.all(sent)).map(idOf));
  await movedOnce(world, ended);
  const [poisoned, ...neighbours] = ended;
  assert.ok(poisoned);
  const parked = await untilParked(world, poisoned);
  assert.match(parked.last_error ?? '', PARKED);
  const { rows } = await stack.database.query<{ kind: string }>(
    'SELECT kind FROM discrepancies WHERE callback_id = $1 AND settled_at IS NULL',
    [parked.id],
  );
  assert.deepEqual(rows, [{ kind: 'unreadable_callback' }], 'a person is told of the poison');
  const ids = neighbours.map(({ id }) => id);
  await world.until(
    'the receipts of the others',
    async () => (await standing(world, ids)).every(({ receipt }) => receipt !== null),
    25_000,
  );
  for (const id of ids) {
    const states = (await callbacksOf(world, id)).map(
      ({ state, failures }) => `${state} after ${failures} failures`,
    );
    assert.deepEqual(states, ['done after 0 failures'], `the callback of ${id}`);
  }
}

/** One that nobody can read is put aside after so many tries; the rest does not wait for it. */
export const poison: Scenario = {
  id: 'F22',
  title: 'a callback always throws',
  async run(world) {
    try {
      await poisonedWith(world);
    } finally {
      await world.stack.database.query(ANTIDOTE);
    }
  },
};
