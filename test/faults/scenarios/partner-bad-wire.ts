import assert from 'node:assert/strict';
import { type Random } from '../random.js';
import { type Misbehaviour } from '../proxy/misbehaviour.js';
import { type Scenario, type World } from '../world.js';
import { closeBreakers, deadlineNow, discrepancies, idOf, movements, phones, standing } from './sights.js';

/** Connections that each ill strikes. */
const STRUCK = 3;
/** A request is some 500 to 1,500 bytes long, an answer some 300 to 1,000. */
const MOST_BYTES = 1_200;

function ills(random: Random): readonly Misbehaviour[] {
  const direction = () => random.pick(['there', 'back'] as const);
  const bytes = () => random.integer(1, MOST_BYTES);
  return random.shuffle([
    { latencyMs: random.integer(50, 400), jitterMs: random.integer(0, 400) },
    { direction: direction(), reset: true },
    { direction: direction(), halfClose: true },
    { direction: direction(), truncateAfterBytes: bytes() },
    { direction: direction(), blackHoleAfterBytes: bytes() },
    { refuse: true },
  ]);
}

/** A payment and a transfer at each partner, at once. */
function orders({ random, recorder }: World): readonly Promise<string>[] {
  return (['wave-sn', 'mpesa-ke'] as const).flatMap((partner) => {
    const [payer = '', payee = ''] = phones(random, partner, 2);
    return [
      recorder.pay({ partner, msisdn: payer }).then(idOf),
      recorder.transfer({ partner, msisdn: payee }).then(idOf),
    ];
  });
}

/** Wherever the wire breaks: money moves once or not at all, and whoever cannot know says so. */
export const badWire: Scenario = {
  id: 'F25',
  title: 'the wire to the partners breaks, anywhere',
  async run(world) {
    const { links, random } = world;
    const ids: string[] = [];
    await closeBreakers(world);
    for (const ill of ills(random)) {
      links.toPartners.misbehave({ ...ill, count: STRUCK });
      // Who is connected already is not refused.
      if (ill.refuse) links.toPartners.cutAll();
      const struckBefore = links.toPartners.counters.struck;
      ids.push(...(await Promise.all(orders(world))));
      await world.until('the ill strikes', () => links.toPartners.counters.struck > struckBefore, 20_000);
      await links.toPartners.heal();
      await closeBreakers(world);
    }
    // A prompt that never got through can be asked about by nothing: it is flagged.
    await world.until(
      'all but prompts have ended',
      async () => {
        const rows = await standing(world, ids);
        return rows.every(
          ({ state, partner, kind }) =>
            ['succeeded', 'failed'].includes(state) ||
            (state === 'unknown' && partner === 'mpesa-ke' && kind === 'payment'),
        );
      },
      25_000,
    );
    await deadlineNow(world, ids);
    await world.settle();
    for (const operation of await standing(world, ids)) {
      const what = `${operation.kind} ${operation.id} at ${operation.partner}, which is ${operation.state}`;
      const { length } = await movements(world, operation);
      assert.ok(length <= 1, `${what}, moved ${length} times`);
      if (operation.state === 'unknown') {
        assert.ok((await discrepancies(world, operation.id)).includes('unresolved_past_deadline'), what);
      } else {
        assert.equal(
          operation.state,
          length === 1 ? 'succeeded' : 'failed',
          `${what}, moved ${length} times`,
        );
        // What never got there is sent again only where a second one would not be another.
        const maySendAgain = operation.kind !== 'payment' || operation.partner !== 'wave-sn';
        if (maySendAgain)
          assert.equal(operation.state, 'succeeded', `${what}: nothing was wrong with it but the wire`);
      }
    }
  },
};
