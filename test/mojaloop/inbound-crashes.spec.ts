import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';
import { heldBy, KEEPER, receiptOf, startGateway, until } from './gateway.js';
import { type Incoming, lookUp, pay, quote } from './support/incoming.js';
import { ABORTED_TRANSFER } from './support/rules.js';
import { type Scheme, startScheme } from './support/scheme.js';

const PATIENCE_MS = 60_000;
/** So long the back end takes: who is killed then is killed in the middle. */
const SLOW_MS = 4_000;

describe('a payment to a customer of ours through the real scheme adapter, when processes die', () => {
  let scheme: Scheme;
  let stack: Stack;

  beforeAll(async () => {
    scheme = await startScheme();
    stack = await startGateway(scheme);
  }, 300_000);
  afterEach(() => stack.sandbox.misbehave(KEEPER));
  afterAll(async () => {
    await stack.stop();
    await scheme.stop();
  });

  const slow = (path: string) =>
    stack.sandbox.misbehave(KEEPER, { fault: 'slow', delayMs: SLOW_MS, match: { path } });

  const creditOf = async ({ id }: OperationView): Promise<OperationView | undefined> => {
    const path = `/v1/operations?passesOn=${id}`;
    return (await stack.client.get<{ items: readonly OperationView[] }>(path)).body.items[0];
  };
  const untilCrediting = (transferId: string): Promise<OperationView> =>
    until('the credit is at the back end', async () => {
      const receipt = await receiptOf(stack, transferId);
      const credit = receipt && (await creditOf(receipt));
      return credit?.state === 'submitting' ? receipt : undefined;
    });

  const held = (payee: { readonly idValue: string }) => heldBy(stack, payee);
  const restart = async (): Promise<void> => {
    await scheme.schemeAdapter.kill('SIGKILL');
    await scheme.schemeAdapter.start();
  };

  it.each([
    ['looked up', 'accounts', '61', lookUp],
    ['priced', 'quotes', '62', quote],
  ])('is not begun where the scheme adapter dies while it is %s', async (_what, path, ending, ask) => {
    const payee = { idType: 'MSISDN', idValue: `2547120004${ending}` };
    await slow(path);
    const asked = ask({ payee });
    await sleep(SLOW_MS / 2);
    await restart();
    expect((await asked).callback).toBeNull();
    expect(await held(payee)).toBe(0);
    await stack.sandbox.misbehave(KEEPER);
    expect((await pay({ payee })).transfer?.callback).toMatchObject({ transferState: 'COMMITTED' });
    expect(await held(payee)).toBe(150);
  });

  it.each([
    ['stays credited once the switch says that it stands', '63', randomUUID(), 'succeeded', 150],
    ['is taken back once the switch says that it does not', '64', ABORTED_TRANSFER, 'failed', 0],
  ])('whose answer died with the scheme adapter %s', async (_how, ending, transferId, state, amount) => {
    const payee = { idType: 'MSISDN', idValue: `2547120004${ending}` };
    await slow('credits');
    const paid = pay({ payee }, transferId);
    const { id } = await untilCrediting(transferId);
    await restart();
    expect((await paid).transfer?.callback).toBeNull();
    expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({ kind: 'receipt', state });
    await until('the books agree', async () => ((await held(payee)) === amount ? true : undefined));
  });

  it('is credited exactly if it stands in the end, where our worker dies with the credit under way', async () => {
    const payee = { idType: 'MSISDN', idValue: '254712000465' };
    const transferId = randomUUID();
    await slow('credits');
    const paid: Promise<Incoming> = pay({ payee }, transferId);
    const { id } = await untilCrediting(transferId);
    const [worker] = stack.workers;
    await worker?.kill('SIGKILL');
    await worker?.start();
    const { transfer } = await paid;
    const { state } = await stack.client.untilEnded(id, PATIENCE_MS);
    if (transfer?.callback?.['transferState'] === 'COMMITTED') expect(state).toBe('succeeded');
    const amount = state === 'succeeded' ? 150 : 0;
    await until('the books agree', async () => ((await held(payee)) === amount ? true : undefined));
  });
});
