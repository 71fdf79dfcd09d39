import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack } from '../support/stack.js';
import { PARTNER, startFspiopGateway } from './fspiop-gateway.js';
import { Client } from './gateway.js';
import { type FspiopScheme, startFspiopScheme } from './support/fspiop-scheme.js';
import { bitOfBody } from './support/tampering.js';

const believed = { verdict: 'authentic', why: null };

describe('transfers in FSPIOP 2.0 where only the answer to a lookup is not signed, as the scheme adapter has it by default', () => {
  let scheme: FspiopScheme;
  let stack: Stack;
  let client: Client;
  const running = new AsyncDisposableStack();

  beforeAll(async () => {
    scheme = await startFspiopScheme({ signsParties: false });
    running.defer(() => scheme.stop());
    stack = await startFspiopGateway(scheme, { signedParties: false, version: '2.0' });
    running.defer(() => stack.stop());
    client = new Client(stack, PARTNER);
  }, 300_000);
  afterAll(() => running.disposeAsync());

  const callbacksOn = async (path: string) => {
    const { rows } = await stack.database.query<{ verdict: string; why: string | null; signed: boolean }>(
      `SELECT verdict, verdict_why AS why, headers ? 'fspiop-signature' AS signed FROM callbacks
       WHERE starts_with(path, $1) ORDER BY received_at`,
      [path],
    );
    return rows;
  };

  it('reach their payee', async () => {
    const { id } = await client.send('automatic', '+254712000801');
    const ended = await client.untilEnded(id);
    expect(ended).toMatchObject({ state: 'succeeded', receipt: ended.partnerReference });
    expect(await callbacksOn('parties/MSISDN/254712000801')).toContainEqual({ ...believed, signed: false });
    expect(await callbacksOn(`transfers/${ended.partnerReference ?? ''}`)).toContainEqual({
      ...believed,
      signed: true,
    });
  });

  it('believe no price in which one bit is another: they ask again', async () => {
    const aim = { method: 'PUT', path: /^\/callbacks\/[^/]+\/quotes\// };
    const changed = scheme.door.changeOne(bitOfBody(aim, /"transferAmount":\{.*?"amount":"1/));
    const { id } = await client.send('automatic', '+254712000802');
    await changed;
    expect(await client.untilEnded(id)).toMatchObject({ state: 'succeeded' });
    expect((await callbacksOn('quotes/')).filter(({ verdict }) => verdict === 'forged')).toEqual([
      { verdict: 'forged', why: 'the signature does not fit', signed: true },
    ]);
  });
});
