import { describe, expect, it } from '@jest/globals';
import { reply, ScriptedHttp } from './fixtures/stage.js';
import { MojaloopClient } from './mojaloop.client.js';

const stage = (stagesOfNew: number) => {
  const http = new ScriptedHttp(reply(200), reply(200), reply(200), reply(200));
  return { http, client: new MojaloopClient({ http, stageTimeoutMs: 10_000, stagesOfNew }) };
};
const content = {
  homeTransactionId: 'h',
  from: { idType: 'ALIAS', idValue: 'us' },
  to: { idType: 'ALIAS', idValue: 'them' },
  amountType: 'SEND',
  currency: 'XOF',
  amount: '1',
  transactionType: 'TRANSFER',
} as const;

describe('a request to the scheme adapter', () => {
  it('waits for as many stages as it sets off', async () => {
    const { http, client } = stage(2);
    await client.postTransfer(content);
    await client.acceptTransfer('id', 'quote');
    await client.getTransfer('id');
    await client.getParty('MSISDN', '221770000701');
    expect(http.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([25_000, 25_000, 15_000, 15_000]);
  });

  it('waits for one stage when the party is to be accepted first', async () => {
    const { http, client } = stage(1);
    await client.postTransfer(content);
    expect(http.requests[0]?.timeoutMs).toBe(15_000);
  });

  it('keeps values out of routes, and in their place in paths', async () => {
    const { http, client } = stage(1);
    await client.acceptTransfer('a/b', 'party');
    await client.getParty('ALIAS', 'awa demo?');
    expect(http.requests.map(({ path, route }) => [path, route])).toEqual([
      ['/transfers/a%2Fb', '/transfers/:id'],
      ['/parties/ALIAS/awa%20demo%3F', '/parties/:type/:id'],
    ]);
  });

  it('says that it sends JSON where it sends something', async () => {
    const { http, client } = stage(1);
    await client.postTransfer(content);
    await client.getTransfer('id');
    expect(http.requests.map(({ headers }) => headers?.['content-type'])).toEqual([
      'application/json',
      undefined,
    ]);
  });
});
