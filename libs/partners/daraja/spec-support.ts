import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, Money } from '#domain';
import {
  type Order,
  type PartnerHttp,
  type PartnerRequest,
  type RawCallback,
  type Reply,
  type SubmittedOrder,
  type TokenStore,
} from '#partner-kit';

export const ID = '019a9f3c-7d10-7c44-9a01-5be1c0ffee11';
export const NOW = new Date('2026-11-20T08:05:31.000Z');
export const clock: Clock = { now: () => NOW };
export const kes = (value: string): Money => Money.parse(value, 'KES');

export const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url)), 'utf8');

export const callbackOf = (path: string, body: string): RawCallback => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: Buffer.from(body),
  source: '196.201.214.200',
  receivedAt: NOW,
});

const nothing = {
  id: ID,
  payer: null,
  payee: null,
  reference: null,
  description: null,
  method: null,
  returnUrls: null,
  isRepeat: false,
} as const;

export const payment = (changes: Partial<Order> = {}): Order => ({
  ...nothing,
  kind: 'payment',
  amount: kes('1250'),
  payer: { type: 'msisdn', value: '+254712000345' },
  ...changes,
});

export const transfer = (changes: Partial<Order> = {}): Order => ({
  ...nothing,
  kind: 'transfer',
  amount: kes('4300'),
  payee: { type: 'msisdn', value: '+254711000222' },
  ...changes,
});

export const submitted = (order: Order, changes: Partial<SubmittedOrder> = {}): SubmittedOrder => ({
  partnerReference: null,
  references: [],
  receipt: null,
  memo: null,
  submittedAt: NOW,
  createdAt: NOW,
  ...order,
  ...changes,
});

export const reply = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

/** A wire that gives the prepared replies in turn and keeps what was sent. */
export class ScriptedHttp implements PartnerHttp {
  readonly sent: PartnerRequest[] = [];
  readonly #replies: (Reply | Error)[];

  constructor(...replies: readonly (Reply | Error)[]) {
    this.#replies = [...replies];
  }

  send(request: PartnerRequest): Promise<Reply> {
    this.sent.push(request);
    const next = this.#replies.shift();
    if (next instanceof Error) return Promise.reject(next);
    return next ? Promise.resolve(next) : Promise.reject(new Error(`nothing prepared for ${request.path}`));
  }

  bodyOf(index: number): Readonly<Record<string, unknown>> {
    return JSON.parse(this.sent[index]?.body ?? 'null') as Readonly<Record<string, unknown>>;
  }
}

export class ScriptedTokens implements TokenStore {
  readonly rejected: string[] = [];
  #current: string | null;

  constructor(current: string | null = null) {
    this.#current = current;
  }

  async get(_name: string, fetch: () => ReturnType<Parameters<TokenStore['get']>[1]>): Promise<string> {
    this.#current ??= (await fetch()).value;
    return this.#current;
  }

  reject(_name: string, token: string): Promise<void> {
    this.rejected.push(token);
    this.#current = null;
    return Promise.resolve();
  }
}
