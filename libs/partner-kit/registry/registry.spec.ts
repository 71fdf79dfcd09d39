import { Money } from '#domain';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  type AdapterDefinition,
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
} from '../port/adapter.js';
import { type Collections, type Parties } from '../port/capabilities.js';
import {
  AdapterFault,
  NoAnswer,
  NotReached,
  NotThereYet,
  OrderRefused,
  UnreadableAnswer,
} from '../port/errors.js';
import { type Order, type SubmittedOrder } from '../port/order.js';
import { MemorySightings } from '../testing/memory-sightings.js';
import { type PartnerConfiguration, PartnerConfigurationError, UnknownPartner } from './configuration.js';
import { PartnerRegistry, type RegistryOptions } from './registry.js';
import { type PartnerCall } from './report.js';

const Settings = z.strictObject({ baseUrl: z.string(), shortCode: z.string().regex(/^\d+$/).default('1') });
const Secrets = z.strictObject({ apiKey: z.string().min(8) });
type Context = PartnerContext<z.output<typeof Settings>, z.output<typeof Secrets>>;

const descriptor: PartnerAdapter['descriptor'] = {
  title: 'Sahel',
  country: 'SN',
  limits: {},
  payerTypes: ['msisdn'],
  payeeTypes: ['msisdn'],
  enquiryTimetableMs: [1_000],
  visibilityDelayMs: 0,
  submitForMs: 60_000,
  unresolvedAfterMs: 120_000,
  pace: { default: { perSecond: 10, burst: 10, concurrency: 5 } },
};

/** Says what its payer's name asks for. */
class SahelCollections implements Collections {
  readonly methods = ['push'];
  readonly #reference: string = 'S-1';

  resubmissionIsSafe(): boolean {
    return this.#reference === 'S-1';
  }
  check(order: Order): void {
    if (order.description === 'refuse') throw new OrderRefused('not this', '/description');
  }
  async enquire({ description }: SubmittedOrder) {
    await Promise.resolve();
    if (description === 'not reached') return { is: 'notSent', cause: new NotReached('refused') } as const;
    const partner = { code: '401', message: 'no token' };
    if (description === 'no token') return { is: 'unknown', cause: new NoAnswer('401'), partner } as const;
    return { is: 'pending' } as const;
  }
  cancel(): Promise<never> {
    throw new OrderRefused('there is nothing to cancel by', '');
  }
  async collect(order: Order) {
    await Promise.resolve();
    switch (order.description) {
      case 'not reached':
        throw new NotReached('refused');
      case 'no answer':
        throw new NoAnswer('timed out');
      case 'on its way':
        return { is: 'unknown', cause: new NotThereYet('not known there') } as const;
      case 'refused as it is built':
        throw new OrderRefused('at most 5000', '/amount/value');
      case 'bug':
        throw new TypeError('cannot read properties of body-secret');
      default:
        return { is: 'succeeded', reference: this.#reference } as const;
    }
  }
}

const parties: Parties = {
  find: ({ name }) => {
    switch (name) {
      case 'lost':
        return Promise.reject(new NoAnswer('lost'));
      case 'a web page':
        return Promise.reject(new UnreadableAnswer('no JSON'));
      case 'nobody':
        return Promise.resolve({ exists: false, name: null, nameMatches: null, withinLimits: null });
      default:
        return Promise.reject(new Error(name ?? ''));
    }
  },
};

const sahel = (create?: (context: Context) => PartnerAdapter): AdapterDefinition =>
  defineAdapter({
    name: 'sahel',
    settings: Settings,
    secrets: Secrets,
    baseUrl: ({ baseUrl }) => baseUrl,
    create: create ?? (() => ({ descriptor, collections: new SahelCollections(), parties })),
  });

const configured = (overrides: Partial<PartnerConfiguration> = {}): PartnerConfiguration => ({
  id: 'sahel-sn',
  adapter: 'sahel',
  enabled: true,
  settings: { baseUrl: 'http://127.0.0.1:1' },
  secrets: { apiKey: 'hunter2-hunter2' },
  callbackKey: '0123456789abcdef',
  ...overrides,
});

const clock = { now: () => new Date() };
const registries: PartnerRegistry[] = [];
afterEach(() => Promise.all(registries.splice(0).map((registry) => registry.close())));

function build(partners: PartnerConfiguration[], options: Partial<RegistryOptions> = {}): PartnerRegistry {
  const registry = PartnerRegistry.build({
    definitions: [sahel()],
    partners,
    clock,
    tokens: () => ({
      get: (_name, fetch) => fetch().then(({ value }) => value),
      reject: () => Promise.resolve(),
    }),
    sightings: () => new MemorySightings(clock),
    publicUrl: 'https://gateway.example/',
    ...options,
  });
  registries.push(registry);
  return registry;
}

function problemsOf(partners: PartnerConfiguration[], options: Partial<RegistryOptions> = {}) {
  try {
    build(partners, options);
  } catch (error) {
    if (!(error instanceof PartnerConfigurationError)) throw error;
    expect(error.message).not.toMatch(/hunter2/);
    return error.problems.map(({ partner, path, message }) => `${partner} ${path}: ${message}`);
  }
  return [];
}

const order = (description: string | null = null): Order => ({
  id: '01934f6e-0000-7000-8000-000000000001',
  kind: 'payment',
  amount: Money.parse('1500', 'XOF'),
  payer: { type: 'msisdn', value: '+221771234567' },
  payee: null,
  reference: null,
  description,
  method: null,
  returnUrls: null,
  isRepeat: false,
});

const submitted = (description: string): SubmittedOrder => ({
  ...order(description),
  partnerReference: null,
  references: [],
  claimedNames: [],
  receipt: null,
  memo: null,
  createdAt: new Date(),
  submittedAt: new Date(),
});

describe('the registry of partners', () => {
  it('finds a partner by its id and by its callback key', () => {
    const registry = build([
      configured(),
      configured({ id: 'sahel-ml', callbackKey: 'fedcba9876543210', enabled: false }),
    ]);
    expect(registry.get('sahel-ml')).toMatchObject({ adapterName: 'sahel', enabled: false });
    expect(registry.byCallbackKey('0123456789abcdef')?.id).toBe('sahel-sn');
    expect(registry.byCallbackKey('0123456789abcdeF')).toBeUndefined();
    expect(registry.find('nobody')).toBeUndefined();
    expect(() => registry.get('nobody')).toThrow(UnknownPartner);
    expect(registry.all().map(({ id }) => id)).toEqual(['sahel-sn', 'sahel-ml']);
    expect(registry.get('sahel-sn').capabilities).toEqual(['collections', 'parties']);
  });

  it('gives the adapter its settings with their defaults, and its callback address', () => {
    const seen: unknown[] = [];
    const create = (context: Context) => {
      const { id, settings, secrets } = context;
      seen.push(id, settings.shortCode, secrets.apiKey, context.callbackUrl('/stk/1'));
      return { descriptor };
    };
    build([configured()], { definitions: [sahel(create)] });
    expect(seen).toEqual([
      'sahel-sn',
      '1',
      'hunter2-hunter2',
      'https://gateway.example/callbacks/0123456789abcdef/stk/1',
    ]);
  });

  it('lays the limits and deadlines of the file over those of the adapter', () => {
    const { descriptor: changed } = build([
      configured({
        limits: { collections: { perSecond: 2.5, concurrency: 3 } },
        deadlines: { submitForMs: 5 },
      }),
    ]).get('sahel-sn');
    expect(changed.pace).toEqual({
      default: descriptor.pace.default,
      collections: { perSecond: 2.5, burst: 3, concurrency: 3 },
    });
    expect(changed).toMatchObject({ submitForMs: 5, unresolvedAfterMs: 120_000 });
  });

  it('names everything that is wrong with every partner, and shows no value', () => {
    const problems = problemsOf([
      configured({ settings: { baseUrl: 7, shortCode: 'hunter2', till: '1' }, secrets: { apiKey: 'short' } }),
      configured({ id: 'acme', adapter: 'acme', callbackKey: 'short' }),
      configured({ id: 'sahel-sn', limits: { colections: { perSecond: 0, concurrency: 1 } } }),
    ]);
    expect(problems).toEqual([
      'sahel-sn id: there are two partners of this name',
      'sahel-sn settings.baseUrl: Invalid input: expected string, received number',
      expect.stringMatching(/^sahel-sn settings\.shortCode: Invalid string/),
      'sahel-sn settings.till: unknown key',
      expect.stringMatching(/^sahel-sn secrets\.apiKey: Too small/),
      'acme callbackKey: needs at least 16 characters out of A-Z a-z 0-9 . _ ~ -',
      'acme adapter: there is no adapter of this name; there are: sahel',
      expect.stringMatching(/^sahel-sn limits\.colections: unknown key/),
      'sahel-sn limits.colections.perSecond: must be more than 0',
    ]);
  });

  it('takes only deadlines that can be kept', () => {
    const deadlines = { submitForMs: 0, visibilityDelayMs: -1, enquiryTimetableMs: [2_000, 1_000] };
    expect(problemsOf([configured({ deadlines })])).toEqual([
      'sahel-sn deadlines.submitForMs: must be more than 0',
      'sahel-sn deadlines.visibilityDelayMs: must not be less than 0',
      'sahel-sn deadlines.enquiryTimetableMs: must be milliseconds above 0 that rise',
    ]);
    expect(
      problemsOf([configured({ deadlines: { visibilityDelayMs: 0, enquiryTimetableMs: [1, 2] } })]),
    ).toEqual([]);
  });

  it('takes only a door that can be opened', () => {
    const tls = { certificate: 'not PEM', key: 'hunter3', clientAuthority: '' };
    const door = { host: '127.0.0.1', port: 3003, tls };
    const inbound = { ...door, creditsThrough: 'sahel-sn', answerWithinMs: 1, quoteLifetimeMs: 1 };
    expect(problemsOf([configured({ inbound })])).toEqual([
      'sahel-sn inbound.tls.certificate: is no certificate in PEM',
      'sahel-sn inbound.tls.key: is no private key in PEM',
      'sahel-sn inbound.tls.clientAuthority: is no certificate in PEM',
    ]);
  });

  it('takes no callback key twice, no address that is none, no adapter that does not start', () => {
    expect(problemsOf([configured(), configured({ id: 'other' })])).toEqual([
      'other callbackKey: is the key of sahel-sn too',
    ]);
    expect(problemsOf([configured({ settings: { baseUrl: 'localhost' } })])).toEqual([
      'sahel-sn settings: they give no http or https address to send requests to',
    ]);
    const create = ({ secrets }: Context): never => {
      throw new Error(`the key ${secrets.apiKey} is none`);
    };
    expect(problemsOf([configured()], { definitions: [sahel(create)] })).toEqual([
      'sahel-sn settings: the adapter does not start with them: the key ••• is none',
    ]);
  });
});

describe('an adapter in the registry', () => {
  function watched() {
    const calls: PartnerCall[] = [];
    const lines: string[] = [];
    const write = (level: string) => (fields: object, message: string) => {
      lines.push(JSON.stringify({ level, ...fields, message }));
    };
    const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    const { adapter } = build([configured()], { observe: (call) => calls.push(call), log }).get('sahel-sn');
    const { collections } = adapter;
    if (!collections) throw new Error('no collections');
    return { adapter, collections, calls, lines };
  }

  it('keeps what it has and lacks what it lacks', () => {
    const { adapter, collections } = watched();
    expect(Object.keys(adapter)).toEqual(['descriptor', 'collections', 'parties']);
    expect(collections.methods).toEqual(['push']);
    expect('confirm' in collections).toBe(false);
    expect(collections.resubmissionIsSafe(order())).toBe(true);
  });

  it('refuses an order as before', () => {
    expect(() => watched().collections.check?.(order('refuse'))).toThrow(OrderRefused);
  });

  it('tells of every call, with a masked party and without content', async () => {
    const { collections, calls, lines } = watched();
    expect(await collections.collect(order())).toEqual({ is: 'succeeded', reference: 'S-1' });
    expect(calls).toMatchObject([
      { partner: 'sahel-sn', capability: 'collections', method: 'collect', result: 'succeeded' },
    ]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      operation: order().id,
      party: { type: 'msisdn', value: '+2217•••••567' },
      result: 'succeeded',
    });
    expect(lines.join()).not.toMatch(/1500|S-1/);
  });

  it('turns what money-moving code throws into an outcome, also a bug', async () => {
    const { collections, calls, lines } = watched();
    expect(await collections.collect(order('not reached'))).toMatchObject({
      is: 'notSent',
      cause: expect.any(NotReached),
    });
    expect(await collections.collect(order('no answer'))).toMatchObject({
      is: 'unknown',
      cause: expect.any(NoAnswer),
    });
    expect(await collections.collect(order('bug'))).toMatchObject({
      is: 'unknown',
      cause: expect.any(AdapterFault),
    });
    expect(calls.map(({ result }) => result)).toEqual(['notSent', 'unknown', 'error']);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
      'warn',
      'warn',
      'error',
    ]);
    expect(lines.join()).not.toMatch(/body-secret/);
  });

  it('says no to an order that it refuses before anything was sent, and nothing of its partner', async () => {
    const { collections, calls, lines } = watched();
    const refused = order('refused as it is built');
    const no = { is: 'declined', reason: 'partner_misconfigured', partner: { message: 'at most 5000' } };
    expect(await collections.collect(refused)).toMatchObject({ ...no, moneyMoved: 'no' });
    expect(await collections.collect({ ...refused, isRepeat: true })).toMatchObject({ is: 'unknown' });
    expect(calls.map(({ result }) => result)).toEqual(['not-asked', 'not-asked']);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'warn']);
    // What cannot be cancelled is not refused by that.
    expect(await collections.cancel?.(submitted('x'))).toMatchObject({ is: 'unknown' });
  });

  it('tells of questions that the adapter answers by itself as nothing that the partner said', async () => {
    const { collections, calls } = watched();
    expect(await collections.enquire?.(submitted('x'))).toEqual({ is: 'pending' });
    expect(await collections.enquire?.(submitted('not reached'))).toMatchObject({ is: 'notSent' });
    expect(await collections.enquire?.(submitted('no token'))).toMatchObject({ is: 'unknown' });
    expect(calls.map(({ result }) => result)).toEqual(['not-asked', 'notSent', 'unknown']);
  });

  it('tells of what may still be on its way as no failing of the partner', async () => {
    const { collections, calls } = watched();
    expect(await collections.collect(order('on its way'))).toMatchObject({ is: 'unknown' });
    expect(calls.map(({ result }) => result)).toEqual(['not-there-yet']);
  });

  it('lets what a question throws pass, and tells of it', async () => {
    const { adapter, calls } = watched();
    const question = { party: { type: 'msisdn', value: '+221771234567' }, amount: null } as const;
    await expect(adapter.parties?.find({ ...question, name: 'lost' })).rejects.toThrow(NoAnswer);
    await expect(adapter.parties?.find({ ...question, name: 'bug' })).rejects.toThrow('bug');
    await expect(adapter.parties?.find({ ...question, name: 'a web page' })).rejects.toThrow('no JSON');
    await adapter.parties?.find({ ...question, name: 'nobody' });
    expect(calls.map(({ result }) => result)).toEqual(['no-answer', 'error', 'no-answer', 'not-asked']);
  });
});
