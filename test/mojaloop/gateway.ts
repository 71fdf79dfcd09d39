import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDED, type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { type Scheme } from './support/scheme.js';
import { takenRequests } from './support/toolkit.js';

const PARTNER = 'mojaloop-sn';
export const KEEPER = 'core-banking';
const LOOK_MS = 50;
const PATIENCE_MS = 60_000;
/** Paid like anybody whom the rules do not treat otherwise. */
export const PAYEE = '+254712000345';

/** Looks until something is there. @throws naming it when time is up */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s`);
    await sleep(LOOK_MS);
  }
}

/** Our gateway, whose one partner is that scheme: in Kenya, since the toolkit's prices have decimals. */
export const startGateway = (
  scheme: Scheme,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stack> =>
  startStack({
    only: [PARTNER, KEEPER],
    inboundPort: scheme.connectorPort,
    settings: { worker: { leaseMs: 10_000 }, log: { level: 'info' } },
    partners: {
      [PARTNER]: {
        settings: {
          ...{ baseUrl: scheme.outboundUrl, country: 'KE', currency: 'KES' },
          ...{ stageTimeoutMs: scheme.stageMs, expiryMs: 1_000 },
          from: { idType: 'MSISDN', idValue: '254711000001', fspId: 'userdfsp' },
          ...settings,
        },
        deadlines: { enquiryTimetableMs: [1_000, 2_000, 4_000], visibilityDelayMs: 1_000 },
        // The toolkit answers about two transfers a second.
        limits: { disbursements: { perSecond: 10, concurrency: 2 } },
      },
    },
  });

/** The receipt of a movement, by the scheme's id of it. */
export async function receiptOf({ client }: Stack, transferId: string): Promise<OperationView | undefined> {
  const path = `/v1/operations?partnerReference=${transferId}`;
  return (await client.get<{ items: readonly OperationView[] }>(path)).body.items[0];
}

/** What the back end has paid to that customer, and not taken back. */
export async function heldBy({ sandbox }: Stack, { idValue }: { readonly idValue: string }): Promise<number> {
  const { entries } = await sandbox.books(KEEPER);
  return entries
    .filter(({ party }) => party === `+${idValue}`)
    .reduce((sum, { change }) => sum - Number(change), 0);
}

/** What a client of the gateway does with transfers. */
export class Client {
  constructor(
    private readonly stack: Stack,
    private readonly partner = PARTNER,
  ) {}

  async send(confirmation: 'automatic' | 'manual', payee = PAYEE, value = '100'): Promise<OperationView> {
    const { status, body } = await this.stack.client.post('/v1/transfers', {
      partner: this.partner,
      amount: { value, currency: 'KES' },
      payee: { type: 'msisdn', value: payee },
      confirmation,
    });
    expect(status).toBe(202);
    return body;
  }

  confirm(id: string, step: 'party' | 'quote') {
    return this.stack.client.post(`/v1/operations/${id}/confirm`, { step });
  }

  cancel(id: string) {
    return this.stack.client.post(`/v1/operations/${id}/cancel`, undefined);
  }

  /** Resolves once the operation waits with that question. @throws naming where it stands when it has ended, or time is up */
  async untilAsked(id: string, step: 'party' | 'quote'): Promise<OperationView> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const operation = await this.stack.client.operation(id);
      const { state, nextAction, failure } = operation;
      if (state === 'awaiting_confirmation' && nextAction !== null) {
        expect(nextAction).toMatchObject({ type: 'confirm', step });
        return operation;
      }
      if (ENDED.has(state) || performance.now() > until) {
        throw new Error(`operation ${id} is ${state} and asks no ${step}: ${JSON.stringify(failure)}`);
      }
      await sleep(LOOK_MS);
    }
  }

  /** Carried on by hand to the question about the price. */
  async toQuote(payee = PAYEE, value = '100'): Promise<string> {
    const { id } = await this.send('manual', payee, value);
    await this.untilAsked(id, 'party');
    expect((await this.confirm(id, 'party')).status).toBe(200);
    await this.untilAsked(id, 'quote');
    return id;
  }

  untilState(id: string, states: readonly string[]): Promise<OperationView> {
    return this.stack.client.untilState(id, states, PATIENCE_MS);
  }

  untilEnded(id: string): Promise<OperationView> {
    return this.stack.client.untilEnded(id, PATIENCE_MS);
  }

  /** How often the switch was told to move its money. */
  async moves(id: string): Promise<number> {
    const { partnerReference } = await this.stack.client.operation(id);
    const requests = await takenRequests();
    return requests.filter(
      ({ method, path, body }) =>
        method === 'post' && path === '/transfers' && body?.['transferId'] === partnerReference,
    ).length;
  }

  /** Resolves once it has been told so often that nobody knows of it, by the switch. */
  untilDenied(id: string, times: number): Promise<true> {
    return until(`the switch denies ${id} ${times} times`, async () => {
      const timeline = await this.stack.client.timeline(id);
      const denials = timeline.filter(
        ({ type, partner }) => type === 'enquiry' && (partner as { code?: unknown } | null)?.code === '3208',
      );
      return denials.length >= times ? true : undefined;
    });
  }

  /** How often the partner was handed something, a yes among them, and how often asked. */
  async tries(id: string): Promise<{ readonly attempts: number; readonly enquiries: number }> {
    const timeline = await this.stack.client.timeline(id);
    const count = (wanted: string): number => timeline.filter(({ type }) => type === wanted).length;
    return { attempts: count('attempt'), enquiries: count('enquiry') };
  }
}
