import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { newId } from '#domain';
import {
  defineAdapter,
  type Partner,
  type PartnerDescriptor,
  type PartnerHttp,
  PartnerRegistry,
  type RawCallback,
} from '#partner-kit';
import { MemorySightings } from '#partner-kit/testing';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type OpenDatabase, openDatabase } from '../../../test/support/open-database.js';
import { type MessageEntry } from '../operations/timeline-entries.js';
import { Timeline } from '../operations/timeline.js';
import { Messages } from './messages.js';

const DESCRIPTOR: PartnerDescriptor = {
  title: 'Talkative',
  country: 'SN',
  limits: {},
  payerTypes: [],
  payeeTypes: ['msisdn'],
  enquiryTimetableMs: [1_000],
  visibilityDelayMs: 0,
  submitForMs: 60_000,
  unresolvedAfterMs: 120_000,
  pace: { default: { perSecond: 10, burst: 10, concurrency: 5 } },
};

describe('the messages of an operation', () => {
  const clock = new SystemClock();
  let postgres: OpenDatabase;
  let bank: Server;
  let registry: PartnerRegistry;
  const wires = new Map<string, PartnerHttp>();

  beforeAll(async () => {
    postgres = await openDatabase();
    bank = createServer((_request, response) => {
      response
        .writeHead(202, { 'set-cookie': 'session=abc' })
        .end('{"payee":"221770000142","accessToken":"hush"}');
    });
    await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve));
    const definition = defineAdapter({
      name: 'talkative',
      settings: z.strictObject({}),
      secrets: z.strictObject({}),
      baseUrl: () => `http://127.0.0.1:${(bank.address() as AddressInfo).port}`,
      create: ({ id, http }) => {
        wires.set(id, http);
        return { descriptor: DESCRIPTOR, parties: { find: () => Promise.reject(new Error('nobody')) } };
      },
    });
    const common = { adapter: 'talkative', enabled: true, settings: {}, secrets: {} };
    registry = PartnerRegistry.build({
      definitions: [definition],
      partners: [
        { ...common, id: 'kept', callbackKey: 'key-of-the-kept-one', keepMessages: true },
        { ...common, id: 'not-kept', callbackKey: 'key-of-the-other-one' },
      ],
      ...{ clock, publicUrl: 'http://127.0.0.1' },
      tokens: () => ({ get: () => Promise.reject(new Error('none')), reject: () => Promise.resolve() }),
      sightings: () => new MemorySightings(clock),
    });
  });
  afterAll(async () => {
    await registry.close();
    await new Promise((resolve) => bank.close(resolve));
    await postgres.close();
  });

  /** An operation that the partner knows as `reference`. */
  const stored = async (partner: string, reference: string): Promise<string> => {
    const id = newId(clock.now());
    await postgres.database.execute(
      {
        name: '',
        text: `WITH stored AS (INSERT INTO operations (id, client_id, kind, partner, state, amount_minor, currency)
            VALUES ($1, 'bank', 'receipt', $2, 'pending', 15000, 'XOF'))
          INSERT INTO partner_references (partner, reference, operation_id, is_receipt) VALUES ($2, $3, $1, false)`,
      },
      [id, partner, reference],
    );
    return id;
  };
  const messagesOf = async (id: string): Promise<readonly MessageEntry[]> =>
    (await new Timeline(postgres.database).of(id)).filter((entry) => entry.type === 'message');
  const order = {
    method: 'POST',
    path: '/parties/MSISDN/221770000142',
    route: '/parties/:type/:id',
    headers: { authorization: 'Bearer hush', 'fspiop-source': 'banque-demo', 'fspiop-signature': 'proof' },
    body: `{"payee":"221770000142","ilpPacket":"${'A'.repeat(200)}","password":"hush"}`,
  } as const;
  const asked = (path: string): RawCallback => ({
    ...{ method: 'POST', path, body: Buffer.from('{"to":"221770000142"}') },
    ...{ headers: { 'fspiop-source': 'banque-demo' }, source: '127.0.0.1', receivedAt: clock.now() },
  });
  const send = (messages: Messages, partner: Partner, topic: string) =>
    messages.during(partner, topic, async () => wires.get(partner.id)?.send(order));

  it('are on its timeline, masked: what was sent, and what was answered', async () => {
    const messages = new Messages(postgres.database, clock);
    const id = await stored('kept', `T-${newId(clock.now())}`);
    expect(await send(messages, registry.get('kept'), id)).toMatchObject({ status: 202 });
    await messages.beforeApplicationShutdown();
    const told = await messagesOf(id);
    expect(told).toMatchObject([
      {
        ...{
          number: 1,
          direction: 'sent',
          method: 'POST',
          path: '/parties/MSISDN/2217*****142',
          error: null,
        },
        request: {
          headers: { authorization: '***', 'fspiop-source': 'banque-demo', 'fspiop-signature': '***' },
          body: '{"payee":"2217*****142","ilpPacket":"***","password":"***"}',
          cut: false,
        },
        answer: {
          status: 202,
          headers: { 'set-cookie': '***' },
          body: '{"payee":"2217*****142","accessToken":"***"}',
        },
      },
    ]);
    expect(told[0]?.answeredAt?.getTime()).toBeGreaterThanOrEqual(told[0]?.at.getTime() ?? NaN);
  });

  it('are masked in the database as well', async () => {
    const rows = await postgres.database.query<{ all: string }>({
      name: '',
      text: 'SELECT messages::text AS all FROM messages',
    });
    expect(rows).not.toHaveLength(0);
    for (const { all } of rows) expect(all).not.toMatch(/hush|221770000142|session=abc|proof/);
  });

  it('are those under the partner’s name for it, too, from before there was an operation', async () => {
    const messages = new Messages(postgres.database, clock);
    const transfer = newId(clock.now());
    const answer = { status: 200, contentType: 'application/json', body: '{"fulfilment":"f"}' };
    messages.received(registry.get('kept'), transfer, asked('quotes'), answer);
    await messages.beforeApplicationShutdown();
    const id = await stored('kept', transfer);
    await send(messages, registry.get('kept'), id);
    await messages.beforeApplicationShutdown();
    expect((await messagesOf(id)).map(({ direction, answer }) => [direction, answer?.status])).toEqual([
      ['received', 200],
      ['sent', 202],
    ]);
  });

  it('of one partner are none of another that uses the same name', async () => {
    const messages = new Messages(postgres.database, clock);
    const transfer = newId(clock.now());
    messages.received(registry.get('kept'), transfer, asked('quotes'), {
      status: 200,
      contentType: '',
      body: '',
    });
    await messages.beforeApplicationShutdown();
    expect(await messagesOf(await stored('not-kept', transfer))).toEqual([]);
  });

  it('are not kept of a partner whose file does not ask for it', async () => {
    const messages = new Messages(postgres.database, clock);
    const id = await stored('not-kept', `T-${newId(clock.now())}`);
    expect(await send(messages, registry.get('not-kept'), id)).toMatchObject({ status: 202 });
    messages.received(registry.get('not-kept'), id, asked('quotes'), {
      status: 200,
      contentType: '',
      body: '',
    });
    await messages.beforeApplicationShutdown();
    expect(await messagesOf(id)).toEqual([]);
  });

  it('that cannot be written hold up nothing', async () => {
    const away = await openDatabase();
    const messages = new Messages(away.database, clock);
    await away.close();
    expect(await send(messages, registry.get('kept'), 'T-1')).toMatchObject({ status: 202 });
    await messages.beforeApplicationShutdown();
  });
});
