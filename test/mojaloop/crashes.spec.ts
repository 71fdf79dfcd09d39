import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Program } from '../support/program.js';
import { type Stack } from '../support/stack.js';
import { Client, PAYEE, startGateway, until } from './gateway.js';
import { SILENT_AMOUNT, UNANSWERED_PAYEES, UNPRICED_PAYEES } from './support/rules.js';
import { type Scheme, startScheme } from './support/scheme.js';
import { askedFor } from './support/toolkit.js';

interface Mortal {
  kill(signal: 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
}

describe('transfers through the real scheme adapter, when processes die', () => {
  let scheme: Scheme;
  let stack: Stack;
  let client: Client;
  let worker: Program;

  beforeAll(async () => {
    scheme = await startScheme();
    stack = await startGateway(scheme);
    client = new Client(stack);
    const [first] = stack.workers;
    if (!first) throw new Error('there is no worker');
    worker = first;
  }, 300_000);
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  const hasMovedOnce = async (id: string): Promise<void> => {
    expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded' });
    expect(await client.moves(id)).toBe(1);
  };

  /** At the last yes, when the money is on its way and its fate not known. */
  const untilLastYes = async (): Promise<string> => {
    const id = await client.toQuote(PAYEE, SILENT_AMOUNT);
    await client.confirm(id, 'quote');
    await until('the switch has it', async () => ((await client.moves(id)) > 0 ? true : undefined));
    return id;
  };

  const untilSwitchHas = (what: 'lookups' | 'quotes', payee: string): Promise<true> =>
    until(`the switch has ${what}`, async () => ((await askedFor(payee))[what] > 0 ? true : undefined));

  const restart = async (mortal: Mortal): Promise<void> => {
    await mortal.kill('SIGKILL');
    await mortal.start();
  };

  /** The switch knows nothing of it, but could still take it up. */
  const isAskedAbout = async (id: string): Promise<void> => {
    await client.untilDenied(id, 2);
    expect(await stack.client.operation(id)).toMatchObject({ state: 'unknown', failure: null });
  };

  it('wait at their question while our worker is gone', async () => {
    const { id } = await client.send('manual');
    await client.untilAsked(id, 'party');
    await worker.kill('SIGKILL');
    expect((await client.confirm(id, 'party')).status).toBe(200);
    await worker.start();
    await client.untilAsked(id, 'quote');
    await client.confirm(id, 'quote');
    await hasMovedOnce(id);
    expect(await client.tries(id)).toEqual({ attempts: 3, enquiries: 0 });
  });

  it('go on after the scheme adapter has been away between question and yes', async () => {
    const id = await client.toQuote();
    await scheme.schemeAdapter.kill('SIGKILL');
    expect((await client.confirm(id, 'quote')).status).toBe(200);
    await scheme.schemeAdapter.start();
    // A yes that met nobody holds, and is said again.
    await hasMovedOnce(id);
  });

  it('are sent once the scheme adapter is there again', async () => {
    await scheme.schemeAdapter.kill('SIGKILL');
    const { id } = await client.send('automatic');
    await client.untilState(id, ['received', 'submitting']);
    await scheme.schemeAdapter.start();
    await hasMovedOnce(id);
  });

  const workerOf = (): Mortal => worker;
  const schemeAdapterOf = (): Mortal => scheme.schemeAdapter;

  it.each([
    ['our worker', UNANSWERED_PAYEES[0], workerOf],
    ['the scheme adapter', UNANSWERED_PAYEES[1], schemeAdapterOf],
  ])('fail, and move nothing, where %s died with the lookup under way', async (_, payee, mortal) => {
    // Before and after, the scheme adapter is seen to ask for a yes to a price.
    await hasMovedOnce((await client.send('automatic')).id);
    const { id } = await client.send('automatic', payee);
    await untilSwitchHas('lookups', payee);
    await restart(mortal());
    expect(await client.untilState(id, ['unknown'])).toMatchObject({ partnerReference: null });
    await hasMovedOnce((await client.send('automatic')).id);
    expect(await client.untilEnded(id)).toMatchObject({
      state: 'failed',
      failure: { reason: 'partner_unavailable', moneyMoved: 'no' },
    });
    expect((await client.tries(id)).attempts).toBe(1);
    expect(await askedFor(payee)).toEqual({ lookups: 1, quotes: 0, moves: 0 });
  });

  it.each([
    ['our worker', UNPRICED_PAYEES[0], workerOf],
    ['the scheme adapter', UNPRICED_PAYEES[1], schemeAdapterOf],
  ])(
    'are asked about, and move nothing, where %s died with the quote under way',
    async (_, payee, mortal) => {
      const { id } = await client.send('automatic', payee);
      await untilSwitchHas('quotes', payee);
      await restart(mortal());
      await isAskedAbout(id);
      expect((await client.tries(id)).attempts).toBe(2);
      expect(await askedFor(payee)).toEqual({ lookups: 1, quotes: 1, moves: 0 });
    },
  );

  it.each([
    ['our worker', workerOf],
    ['the scheme adapter', schemeAdapterOf],
  ])('are asked about, and move once, where %s died with the last yes under way', async (_, mortal) => {
    const id = await untilLastYes();
    await restart(mortal());
    await hasMovedOnce(id);
    const { attempts, enquiries } = await client.tries(id);
    expect(attempts).toBe(3);
    expect(enquiries).toBeGreaterThan(0);
  });

  it('are asked about when redis forgot them with the last yes under way', async () => {
    const id = await untilLastYes();
    await scheme.forget();
    await hasMovedOnce(id);
    expect((await client.tries(id)).attempts).toBe(3);
  });

  it('move no money when redis forgot them between question and yes', async () => {
    const id = await client.toQuote();
    await scheme.forget();
    expect((await client.confirm(id, 'quote')).status).toBe(200);
    await isAskedAbout(id);
    expect(await client.moves(id)).toBe(0);
    expect((await client.tries(id)).attempts).toBe(3);
  });
});
