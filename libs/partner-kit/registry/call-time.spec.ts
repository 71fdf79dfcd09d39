import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Money } from '#domain';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type PartnerHttp } from '../http/partner-http.js';
import { defineAdapter, type PartnerAdapter } from '../port/adapter.js';
import { NotReached, TooSlow } from '../port/errors.js';
import { type Order } from '../port/order.js';
import { type Outcome } from '../port/outcome.js';
import { beforeSending, settle } from '../settle.js';
import { MemorySightings } from '../testing/memory-sightings.js';
import { PartnerRegistry } from './registry.js';

const SHORT_MS = 1_000;
const LONG_MS = 60_000;

const descriptor: PartnerAdapter['descriptor'] = {
  title: 'Slow',
  country: 'SN',
  limits: {},
  payerTypes: ['msisdn'],
  payeeTypes: [],
  enquiryTimetableMs: [1_000],
  visibilityDelayMs: 0,
  submitForMs: 60_000,
  unresolvedAfterMs: 120_000,
  pace: { default: { perSecond: 10, burst: 10, concurrency: 5 } },
};

const clock = { now: () => new Date() };
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Where the partner listens, and the paths that were asked for. */
async function partner(listener: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

type Call = (http: PartnerHttp) => Promise<Outcome>;

/** An adapter that does `call` for a payment, and for a question what it asks before. */
function adapterTo(url: string, call: Call, callTimeoutMs = SHORT_MS): PartnerAdapter {
  const definition = defineAdapter({
    name: 'slow',
    settings: z.strictObject({}),
    secrets: z.strictObject({}),
    baseUrl: () => url,
    create: ({ http }) => ({
      descriptor,
      collections: {
        methods: ['push'],
        resubmissionIsSafe: () => false,
        collect: () => call(http),
      },
      parties: { find: () => call(http).then(() => never()) },
    }),
  });
  const registry = PartnerRegistry.build({
    definitions: [definition],
    partners: [
      {
        ...{ id: 'slow-sn', adapter: 'slow', enabled: true, settings: {}, secrets: {} },
        callbackKey: '0123456789abcdef',
      },
    ],
    clock,
    tokens: () => ({
      get: (_name, fetch) => fetch().then(({ value }) => value),
      reject: () => Promise.resolve(),
    }),
    sightings: () => new MemorySightings(clock),
    publicUrl: 'https://gateway.example',
    callTimeoutMs,
  });
  open.push(() => registry.close());
  return registry.get('slow-sn').adapter;
}

const never = (): never => {
  throw new Error('it was answered');
};

const order: Order = {
  id: '01934f6e-0000-7000-8000-000000000001',
  kind: 'payment',
  amount: Money.parse('1500', 'XOF'),
  payer: null,
  payee: null,
  reference: null,
  description: null,
  method: null,
  returnUrls: null,
  isRepeat: false,
};

const request = (path: string) => ({ method: 'POST', path, route: path, timeoutMs: 60_000 }) as const;
const paid = (): Outcome => ({ is: 'succeeded' });

describe('the time of one call of an adapter', () => {
  it('leaves what is answered in time alone', async () => {
    const { url } = await partner((_request, response) => response.end());
    const adapter = adapterTo(url, (http) => settle(http.send(request('/pay')), paid), LONG_MS);
    expect(await adapter.collections?.collect(order)).toEqual({ is: 'succeeded' });
  });

  it('ends a request that would wait for longer: written, it is unknown', async () => {
    const { url, asked } = await partner(() => undefined);
    const adapter = adapterTo(url, (http) => settle(http.send(request('/pay')), paid));
    expect(await adapter.collections?.collect(order)).toMatchObject({ is: 'unknown' });
    expect(asked).toEqual(['/pay']);
  });

  it('is one for all requests of the call: what its steps before used up is not sent any more', async () => {
    const { url, asked } = await partner(() => undefined);
    const adapter = adapterTo(url, async (http) => {
      await beforeSending(http.send(request('/token'))).catch(() => undefined);
      return settle(http.send(request('/pay')), paid);
    });
    expect(await adapter.collections?.collect(order)).toMatchObject({ is: 'notSent' });
    expect(asked).toEqual(['/token']);
  });

  it('says not sent of an adapter that hangs before it has sent anything, and keeps it from sending later', async () => {
    const { url, asked } = await partner((_request, response) => response.end());
    const { promise: hangs, resolve: goOn } = Promise.withResolvers<undefined>();
    const { promise: later, resolve: tell } = Promise.withResolvers<Outcome>();
    const adapter = adapterTo(url, async (http) => {
      await hangs;
      const outcome = await settle(http.send(request('/pay')), paid);
      tell(outcome);
      return outcome;
    });
    expect(await adapter.collections?.collect(order)).toMatchObject({ is: 'notSent' });
    goOn(undefined);
    expect(await later).toMatchObject({ is: 'notSent' });
    expect(asked).toEqual([]);
  });

  it('says unknown of an adapter that hangs after it has sent', async () => {
    const { url } = await partner((_request, response) => response.end());
    const adapter = adapterTo(url, async (http) => {
      await http.send(request('/pay'));
      return new Promise<never>(() => undefined);
    });
    expect(await adapter.collections?.collect(order)).toMatchObject({ is: 'unknown' });
  });

  it('tells who asks a question the same by what it throws', async () => {
    const { url } = await partner(() => undefined);
    const question = { party: { type: 'msisdn', value: '+221771234567' }, name: null, amount: null } as const;
    const slow = adapterTo(url, (http) => http.send(request('/who')).then(paid));
    await expect(slow.parties?.find(question)).rejects.toBeInstanceOf(TooSlow);
    const hung = adapterTo(url, () => new Promise<never>(() => undefined));
    await expect(hung.parties?.find(question)).rejects.toBeInstanceOf(NotReached);
  });
});
