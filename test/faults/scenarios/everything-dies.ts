import assert from 'node:assert/strict';
import { type Scenario } from '../world.js';

const ORDERS = 30;

/** The last of a run: whatever was ever acknowledged is looked for once more afterwards. */
export const everythingDies: Scenario = {
  id: 'F99',
  title: 'every process and PostgreSQL die at once, and come back',
  async run({ recorder, stack, links, postgres, heal }) {
    // Half of them are stored, or about to be, and have not heard of it.
    links.toApis[1]?.hold('back');
    let answered = 0;
    const asked = Promise.all(
      Array.from({ length: ORDERS }, async (_, n) => {
        const options = { api: n % 2 };
        const answer = await (n % 4 < 2 ? recorder.pay({}, options) : recorder.transfer({}, options));
        answered += 1;
        return answer;
      }),
    );
    await Promise.race(Array.from({ length: ORDERS / 2 }, () => recorder.pay({}, { api: 0 })));
    await Promise.all([...stack.apis, ...stack.workers].map((program) => program.kill('SIGKILL')));
    await postgres.stop('immediate');
    assert.ok(answered <= ORDERS / 2, 'everything died when everybody had been answered');
    await heal();
    const lost = (await asked).filter(({ operation }) => operation === null);
    if (lost.length > 0)
      throw new Error(`${lost.length} requests were never answered: ${String(lost[0]?.body)}`);
  },
};
