import { Money, newId } from '#domain';
import {
  beforeSending,
  type CallbackAnswer,
  defineAdapter,
  type InboundReply,
  InboundRefused,
  type InboundRequest,
  NoAnswer,
  type Partner,
  type PartnerDescriptor,
  PartnerRegistry,
  type RawCallback,
  settle,
} from '#partner-kit';
import { readConfig } from '#platform';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { GatewayModule } from '../gateway.module.js';

export const ASKER = 'asker-sn';
export const WAITING_MS = 6_000;

const descriptor: PartnerDescriptor = {
  title: 'Asker',
  country: 'SN',
  limits: { disbursements: [{ currency: 'XOF', least: '1', most: '1000000', wholeUnits: true }] },
  payerTypes: ['msisdn'],
  payeeTypes: ['msisdn'],
  enquiryTimetableMs: [60_000],
  visibilityDelayMs: 0,
  submitForMs: 60_000,
  unresolvedAfterMs: 600_000,
  pace: { default: { perSecond: 1_000, burst: 1_000, concurrency: 20 } },
};

const Asked = z.object({
  is: z.enum(['lookup', 'quote', 'transfer', 'question', 'refused', 'news', 'health']),
  id: z.string().default(''),
  transfer: z.string().default(''),
  amount: z.string().default('1500'),
  payee: z.string().default('+221770000042'),
  expiresAt: z.iso.datetime().optional(),
  quotedAs: z.string().optional(),
  packet: z.string().optional(),
});
export type Asked = z.input<typeof Asked>;

const News = z.object({ transfer: z.string(), moved: z.boolean() });

function requestOf(raw: RawCallback): InboundRequest {
  const asked = Asked.safeParse(JSON.parse(raw.body.toString()));
  if (!asked.success) throw new InboundRefused('malformed', 'this is no request');
  const { is, id, transfer, amount: decimal, expiresAt, quotedAs, packet = '' } = asked.data;
  const payee = { type: 'msisdn', value: asked.data.payee } as const;
  const amount = Money.parse(decimal, 'XOF');
  const memo = { about: id, packet };
  const noOffer = { expiresAt: null, answers: null, isAnswer: false };
  const noQuote = { quote: null, sends: null, receives: null, payer: null, description: null };
  switch (is) {
    case 'lookup':
      return { is, party: payee, memo };
    case 'quote':
      return { is, id, transfer, payee, payer: null, amount, amountIs: 'received', ...noOffer, memo };
    case 'transfer':
      return {
        ...{ is, id, amount, payee, ...noQuote, quotedAs, memo },
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      };
    case 'question':
      return { is, id, memo };
    case 'refused':
      if (transfer !== '')
        return {
          is,
          asked: 'transfer',
          id: transfer,
          why: new InboundRefused('transfer_refused', 'no'),
          memo,
        };
      return { is, asked: 'lookup', why: new InboundRefused('unsupported_id_type', 'nobody has it'), memo };
    case 'news':
    case 'health':
      return { is };
  }
}

const wordFor = (reply: InboundReply | InboundRefused): string =>
  reply instanceof InboundRefused ? reply.objection : reply.is === 'standing' ? reply.stands : reply.is;

function answer(reply: InboundReply | InboundRefused): CallbackAnswer {
  const status = reply instanceof InboundRefused ? 400 : reply.is === 'accepted' ? 202 : 200;
  return { status, contentType: 'text/plain', body: wordFor(reply) };
}

const isProven = ({ headers }: RawCallback) =>
  headers['x-proof'] === 'forged'
    ? ({ is: 'forged', why: 'the proof is not' } as const)
    : ({ is: 'authentic' } as const);

/** Asks, and hears the answer at an address of its own. */
const asker = defineAdapter({
  name: 'asker',
  settings: z.strictObject({ peerUrl: z.string() }),
  secrets: z.strictObject({}),
  baseUrl: ({ peerUrl }) => peerUrl,
  create: ({ http }) => ({
    descriptor,
    receipts: { enquire: () => Promise.resolve({ is: 'pending' }) },
    callbacks: {
      strength: 'private_listener',
      verify: ({ body }) =>
        body.includes('made up') ? { is: 'forged', why: 'made up' } : { is: 'authentic' },
      answer: () => ({ status: 200, contentType: 'text/plain', body: '' }),
      read: ({ body }) => {
        const news = News.safeParse(JSON.parse(body.toString()));
        if (!news.success) return [{ is: 'ignored', why: 'a request' }];
        const { transfer, moved } = news.data;
        const partner = { code: 'aborted', message: 'the switch has ended it' };
        return [
          {
            is: 'outcome',
            about: { references: [transfer] },
            outcome: moved
              ? { is: 'succeeded' }
              : { is: 'declined', reason: 'partner_rejected', moneyMoved: 'no', partner },
          },
        ];
      },
    },
    inbound: {
      verify: isProven,
      read: requestOf,
      answer,
      tell: async (reply, { about }) => {
        const path = `/told/${z.string().parse(about)}`;
        const { status } = await http.send({ method: 'PUT', path, route: '/told/:id', body: wordFor(reply) });
        if (status !== 200) throw new NoAnswer('the answer was not taken');
      },
    },
  }),
});

/** Keeps the accounts. */
const keeper = defineAdapter({
  name: 'keeper',
  settings: z.strictObject({ peerUrl: z.string() }),
  secrets: z.strictObject({}),
  baseUrl: ({ peerUrl }) => peerUrl,
  create: ({ http }) => {
    const move = (path: string, id: string) =>
      settle(http.send({ method: 'POST', path: `${path}/${id}`, route: path }), ({ status }) =>
        status === 200 ? { is: 'succeeded' } : { is: 'pending' },
      );
    return {
      descriptor,
      parties: {
        find: async ({ party }) => {
          const { status } = await beforeSending(
            http.send({ method: 'GET', path: `/accounts/${party.value}`, route: '/accounts/:id' }),
          );
          const nothing = { name: null, nameMatches: null, withinLimits: null };
          return { exists: status === 200, ...nothing, account: { status: 'open', currencies: ['XOF'] } };
        },
      },
      quotes: {
        quote: ({ amount }) =>
          Promise.resolve({
            ...{ is: 'offered', sends: amount, receives: amount, fee: null, commission: null },
            expiresAt: null,
          }),
      },
      disbursements: {
        resubmissionIsSafe: () => true,
        disburse: ({ id, payee }) => move(`/credits/${payee?.value ?? ''}`, id),
        enquire: () => Promise.resolve({ is: 'pending' }),
      },
      reversals: {
        reversible: { transfer: 'whole' },
        resubmissionIsSafe: () => true,
        reverse: ({ id }) => move('/reversals', id),
      },
    };
  },
});

/** The other end of every wire: the partner's ear, and the books of the bank. */
export class Peer {
  /** What was said of each request, in order, whether it was taken or not. */
  readonly told = new Map<string, string[]>();
  /** Credits, by who got them. */
  readonly credits = new Map<string, number>();
  /** How many answers about a request are not taken yet. */
  readonly deaf = new Map<string, number>();
  /** Tellings that get no answer before this resolves. */
  readonly held = new Map<string, Promise<unknown>>();
  /** Whose credits stay open. */
  readonly slow = new Set<string>();
  /** Do reversals stay open? */
  takesLong = false;
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, what = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    const body = await text(request);
    response.statusCode = this.statusOf(what, name, body);
    if (what === 'told') await this.held.get(name);
    response.end();
  }

  private statusOf(what: string, name: string, body: string): number {
    if (what === 'accounts') return name.endsWith('99') ? 404 : 200;
    if (what === 'told') {
      this.told.set(name, [...(this.told.get(name) ?? []), body]);
      const left = this.deaf.get(name) ?? 0;
      this.deaf.set(name, left - 1);
      return left > 0 ? 503 : 200;
    }
    if (what === 'reversals' && this.takesLong) return 202;
    if (what !== 'credits') return 200;
    if (this.slow.has(name)) return 202;
    this.credits.set(name, (this.credits.get(name) ?? 0) + 1);
    return 200;
  }
}

/** One process of the gateway, as its app starts it. */
export type Process = INestApplicationContext;

/** Processes over one database, with two partners at one peer. */
export interface Stage {
  readonly peer: Peer;
  readonly start: (role: 'api' | 'worker') => Promise<Process>;
  readonly close: () => Promise<void>;
}

/** @param waitingMs how long the partner waits for an answer at most */
export async function setStage(databaseUrl: string, waitingMs = WAITING_MS): Promise<Stage> {
  const peer = new Peer();
  const peerUrl = await peer.listen();
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-inbound-'));
  mkdirSync(join(directory, 'partners'));
  const write = (name: string, content: object) => {
    writeFileSync(join(directory, name), JSON.stringify(content));
  };
  writeFileSync(join(directory, 'key-a'), newId(new Date()));
  writeFileSync(join(directory, 'key-b'), newId(new Date(0)));
  write('default.yaml', { worker: { leaseMs: 10_000 }, log: { level: 'silent' } });
  const inbound = { port: 1, creditsThrough: 'keeper-sn', answerWithinMs: waitingMs };
  const settings = { peerUrl };
  write(`partners/${ASKER}.yaml`, { adapter: 'asker', settings, callbackKey: 'file:key-a', inbound });
  write('partners/keeper-sn.yaml', { adapter: 'keeper', settings, callbackKey: 'file:key-b' });
  const config = readConfig({ PASSERELLE_CONFIG_DIR: directory, DATABASE_URL: databaseUrl });
  const processes: Process[] = [];
  return {
    peer,
    start: async (role) => {
      const module = GatewayModule.forRoot(config, [asker, keeper], role);
      const process = await NestFactory.createApplicationContext(module, {
        logger: false,
        abortOnError: false,
      });
      processes.push(process);
      return process;
    },
    close: async () => {
      await Promise.all(processes.map((process) => process.close()));
      await peer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const askerOf = (process: Process): Partner => process.get(PartnerRegistry).get(ASKER);

/** As the listener hands it on. */
export const rawOf = (body: object, headers: Readonly<Record<string, string>> = {}): RawCallback => ({
  ...{ method: 'POST', path: 'asked', headers, body: Buffer.from(JSON.stringify(body)) },
  ...{ source: '127.0.0.1', receivedAt: new Date() },
});
