import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { type ProblemView } from './problem-view.js';

const payment = {
  partner: 'wave-sn',
  amount: { value: '1500', currency: 'XOF' },
  payer: { type: 'msisdn', value: '+221770000001' },
};

type Body = OperationView & ProblemView;

describe('bad weather', () => {
  let stack: Stack;
  let proxy: CuttableProxy;

  beforeAll(async () => {
    const url = new URL(process.env['TEST_DATABASE_ADMIN_URL'] ?? '');
    proxy = new CuttableProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(await proxy.open());
    // This file alone sees the server through the proxy.
    process.env['TEST_DATABASE_ADMIN_URL'] = url.href;
    stack = await startStack({ workers: 0, only: ['wave-sn'] });
  });
  afterAll(async () => {
    await stack.stop();
    await proxy.cut();
  });

  it('without its database the API says so and when to come back; nothing acknowledged is lost; it comes back by itself', async () => {
    const acknowledged = new Set<string>();
    const keys = new Map<string, string | null>();
    let stop = false;
    const send = async (): Promise<void> => {
      while (!stop) {
        const idempotencyKey = randomUUID();
        keys.set(idempotencyKey, null);
        const { status, headers, body } = await stack.client.post<Body>('/v1/payments', payment, {
          idempotencyKey,
        });
        if (status === 202) acknowledged.add(body.id);
        else {
          expect(body).toMatchObject({
            status: 503,
            code: 'database-unavailable',
            retryable: true,
            moneyMoved: 'unknown',
          });
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
          await sleep(20);
        }
        keys.set(idempotencyKey, status === 202 ? body.id : null);
      }
    };
    await stack.client.accessToken();
    const senders = Promise.all(Array.from({ length: 8 }, send));
    await sleep(500);
    await proxy.cut();
    await sleep(500);
    const away = await fetch(`${stack.client.url}/health/ready`);
    expect(away.status).toBe(503);
    expect(await away.json()).toMatchObject({ database: 'away' });
    expect((await fetch(`${stack.client.url}/health/live`)).status).toBe(200);
    const key = stack.shared['WAVE_SN_CALLBACK_KEY'] ?? '';
    const callback = await fetch(`${stack.client.url}/callbacks/${key}/webhook`, {
      method: 'POST',
      body: '{}',
    });
    expect(callback.status).toBe(503);
    await proxy.open();
    await sleep(1_500);
    stop = true;
    await senders;

    expect(acknowledged.size).toBeGreaterThan(0);
    const { rows } = await stack.database.query<{ id: string }>('SELECT id FROM operations');
    const stored = new Set(rows.map(({ id }) => id));
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
    expect((await fetch(`${stack.client.url}/health/ready`)).status).toBe(200);

    const unanswered = [...keys].filter(([, id]) => id === null).map(([idempotencyKey]) => idempotencyKey);
    expect(unanswered.length).toBeGreaterThan(0);
    const repeated = await Promise.all(
      unanswered
        .slice(0, 50)
        .map((idempotencyKey) => stack.client.post('/v1/payments', payment, { idempotencyKey })),
    );
    expect(repeated.every(({ status }) => status === 202)).toBe(true);
  });

  it('told to stop under load, it answers what it has taken, and nobody sees a fault of it', async () => {
    const [api] = stack.apis;
    await stack.client.accessToken();
    const statuses: number[] = [];
    const resets: string[] = [];
    let down = false;
    const send = async (): Promise<void> => {
      while (!down) {
        try {
          statuses.push((await stack.client.post('/v1/payments', payment)).status);
        } catch (error) {
          const { code = '' } = (error as { cause?: { code?: string } }).cause ?? {};
          if (code === 'ECONNREFUSED') return;
          resets.push(code);
        }
      }
    };
    const held = stack.client.post<Body>('/v1/payments', payment, { waitS: 30 });
    await sleep(200);
    const senders = Promise.all(Array.from({ length: 16 }, send));
    // Each has been answered: nobody waits in the kernel's queue any more.
    while (statuses.length <= 64) await sleep(10);
    const before = performance.now();
    await api?.kill('SIGTERM');
    down = true;
    await senders;
    expect(performance.now() - before).toBeLessThan(8_000);
    expect({ resets, others: statuses.filter((status) => status !== 202) }).toEqual({
      resets: [],
      others: [],
    });
    expect(statuses.length).toBeGreaterThan(16);
    expect((await held).body).toMatchObject({ state: 'received' });
    const { rows } = await stack.database.query<{ count: string }>('SELECT count(*) FROM operations');
    expect(Number(rows[0]?.count)).toBeGreaterThanOrEqual(statuses.length);
    await api?.start();
  });
});
