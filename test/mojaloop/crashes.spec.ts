import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Program } from '../support/program.js';
import { type Stack } from '../support/stack.js';
import { Client, PAYEE, startGateway } from './gateway.js';
import { SILENT_AMOUNT } from './support/rules.js';
import { type Scheme, startScheme } from './support/scheme.js';

/** What is being handed over is at the switch by then, and not answered: nobody answers that amount. */
const UNDER_WAY = ['submitting'];

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
    await client.untilState(id, UNDER_WAY);
    // The yes leaves right after its attempt was written down; the switch is silent for seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return id;
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

  it('are asked about when our worker died with the last yes under way', async () => {
    const id = await untilLastYes();
    await worker.kill('SIGKILL');
    await worker.start();
    await hasMovedOnce(id);
    const { attempts, enquiries } = await client.tries(id);
    expect(attempts).toBe(3);
    expect(enquiries).toBeGreaterThan(0);
  });

  it('are asked about when the scheme adapter died with the last yes under way', async () => {
    const id = await untilLastYes();
    await scheme.schemeAdapter.kill('SIGKILL');
    await client.untilState(id, ['unknown']);
    await scheme.schemeAdapter.start();
    await hasMovedOnce(id);
    expect((await client.tries(id)).attempts).toBe(3);
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
    await client.untilDenied(id, 2);
    expect(await stack.client.operation(id)).toMatchObject({ state: 'unknown', failure: null });
    expect(await client.moves(id)).toBe(0);
    expect((await client.tries(id)).attempts).toBe(3);
  });
});
