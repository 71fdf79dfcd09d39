import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NoAnswer } from '../port/errors.js';
import { overhear, overheard, type PartnerMessage } from './overhear.js';
import { type PartnerRequest } from './partner-http.js';
import { type ClosablePartnerHttp, createPartnerHttp } from './undici-http.js';

const AT = new Date('2026-11-21T09:00:00Z');
const clock = { now: () => AT };
const question: PartnerRequest = { method: 'GET', path: '/transfers/1', route: '/transfers/:id' };
const order: PartnerRequest = {
  ...{ method: 'POST', path: '/transfers', route: '/transfers', body: '{"amount":"15000"}' },
  headers: { 'content-type': 'application/json' },
};

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function wireTo(listener: RequestListener): Promise<ClosablePartnerHttp> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wire = overheard(createPartnerHttp({ baseUrl, timeoutMs: 1_000 }), clock);
  open.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  open.push(() => wire.close());
  return wire;
}

const accepting: RequestListener = (_request, response) => {
  response.writeHead(202, { 'x-trace': '7' }).end('{"state":"accepted"}');
};

/** What was told of the work, and how often. */
async function toldOf(work: () => Promise<unknown>): Promise<PartnerMessage[][]> {
  const told: PartnerMessage[][] = [];
  await overhear(work, (messages) => told.push([...messages])).catch(() => undefined);
  return told;
}

describe('who listens to a wire', () => {
  it('hears requests and answers whole, in their order', async () => {
    const wire = await wireTo(accepting);
    const told = await toldOf(async () => {
      await wire.send(order);
      await wire.send(question);
    });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject([
      {
        ...{ sentAt: AT, repliedAt: AT, failure: null },
        request: { method: 'POST', path: '/transfers', body: order.body, headers: order.headers },
        reply: { status: 202, headers: { 'x-trace': '7' }, text: '{"state":"accepted"}' },
      },
      { request: { method: 'GET', path: '/transfers/1' }, reply: { status: 202 } },
    ]);
  });

  it('hears only what belongs to the work, whatever else is said at the same time', async () => {
    const wire = await wireTo(accepting);
    const [first, second] = await Promise.all([
      toldOf(() => wire.send(order)),
      toldOf(() => wire.send(question)),
      wire.send(question),
    ]);
    expect(first.flat().map(({ request }) => request.method)).toEqual(['POST']);
    expect(second.flat().map(({ request }) => request.method)).toEqual(['GET']);
  });

  it('hears why no answer came, and the error goes on', async () => {
    const wire = await wireTo(() => undefined);
    const told: (readonly PartnerMessage[])[] = [];
    await expect(
      overhear(
        () => wire.send(order),
        (messages) => told.push(messages),
      ),
    ).rejects.toThrow(NoAnswer);
    expect(told).toMatchObject([
      [{ reply: null, repliedAt: null, failure: 'POST /transfers: no answer (no headers within 1000 ms)' }],
    ]);
  });

  it('hears of a request whose answer has not come when the work ends', async () => {
    const wire = await wireTo(() => undefined);
    let late: Promise<unknown> | undefined;
    const told = await toldOf(() => {
      late = wire.send(order);
      return Promise.resolve();
    });
    expect(told).toMatchObject([[{ reply: null, failure: null }]]);
    await expect(late).rejects.toThrow(NoAnswer);
    expect(told).toMatchObject([[{ reply: null, failure: null }]]);
  });

  it('is told nothing where nothing was said', async () => {
    expect(await toldOf(() => Promise.resolve())).toEqual([]);
  });
});
