import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin } from '../support/empty-database.js';
import { type Stack, startStack } from '../support/stack.js';
import { ask, mpesaPayment, QUICK, wavePayment } from './story.js';

const CANARIES = ['+254712000345', '254712000345', '0712000345', '+221771234567', '221771234567'];

describe('bad weather', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ ...QUICK, settings: { ...QUICK.settings, log: { level: 'debug' } } });
  }, 60_000);
  afterAll(() => stack.stop());

  it('a callback with a bad signature is kept as evidence and moves nothing', async () => {
    await stack.sandbox.misbehave('wave-sn', { fault: 'callback-forged', count: 1 });
    const first = await ask(stack.client, '/v1/payments', wavePayment('+221770000018'));
    await stack.client.untilState(first.id, ['pending']);
    const url = `${stack.apiUrls[0] ?? ''}/callbacks/${stack.shared['WAVE_SN_CALLBACK_KEY'] ?? ''}/webhook`;
    const body = JSON.stringify({
      id: 'EV_FORGED',
      type: 'checkout.session.completed',
      data: { id: first.partnerReference, client_reference: first.id, payment_status: 'succeeded' },
    });
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'wave-signature': `t=${String(Math.floor(Date.now() / 1000))},v1=00`,
      },
      body,
    });
    expect(answer.status).toBe(401);
    const { rows } = await stack.database.query<{ body: Buffer }>(
      "SELECT body FROM callbacks WHERE verdict = 'forged'",
    );
    expect(rows.map((row) => row.body.toString())).toContain(body);
    expect((await stack.client.operation(first.id)).state).toBe('pending');
  });

  it('without the database requests are refused with 503, and all is there again when it is back', async () => {
    const before = await ask(stack.client, '/v1/payments', wavePayment());
    const name = new URL(stack.databaseUrl).pathname.slice(1);
    const close = (allowed: boolean) =>
      asAdmin(async (admin) => {
        await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS ${String(allowed)}`);
        if (allowed) return;
        await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
          name,
        ]);
      });
    const body = mpesaPayment();
    await close(false);
    const refused = await stack.client.post<{ code: string }>('/v1/payments', body, {
      idempotencyKey: 'storm',
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${stack.apiUrls[0] ?? ''}/health/ready`)).status).toBe(503);
    expect((await fetch(`${stack.apiUrls[0] ?? ''}/health/live`)).status).toBe(200);
    await close(true);
    const accepted = await stack.client.post('/v1/payments', body, { idempotencyKey: 'storm' });
    expect(accepted.status).toBe(202);
    expect((await stack.client.untilEnded(before.id, 20_000)).state).toBe('succeeded');
    expect((await stack.client.untilEnded(accepted.body.id, 20_000)).state).toBe('succeeded');
  }, 60_000);

  it('nothing that is secret, and no whole telephone number, is in any log', async () => {
    await stack.client.untilEnded(
      (await ask(stack.client, '/v1/payments', mpesaPayment('+254712000345'))).id,
    );
    await stack.client.untilEnded((await ask(stack.client, '/v1/payments', wavePayment('+221771234567'))).id);
    const logs = [...stack.apis, ...stack.workers].map(({ log }) => log).join('');
    const token = await stack.client.accessToken();
    const secrets = Object.entries(stack.shared)
      .filter(([name]) => /^(MPESA|WAVE)_/.test(name) && !/CERTIFICATE|URL$/.test(name))
      .map(([, value]) => value ?? '');
    expect(logs.length).toBeGreaterThan(10_000);
    for (const canary of [
      ...CANARIES,
      ...secrets,
      token,
      stack.client.credentials.clientSecret,
      stack.databaseUrl,
    ]) {
      expect(canary.length).toBeGreaterThan(8);
      expect(logs.includes(canary)).toBe(false);
    }
  });
});
