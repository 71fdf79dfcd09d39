import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startStack } from '../support/stack.js';
import { ask, movements, mpesaPayment, mpesaTransfer, QUICK, wavePayment, waveTransfer } from './story.js';

describe('partners', () => {
  it('are asked for one token by two hundred submissions at once', async () => {
    const stack = await startStack({ ...QUICK, workers: 2 });
    try {
      await Promise.all(stack.workers.map((worker) => worker.kill('SIGTERM')));
      const asked = await Promise.all(
        Array.from({ length: 200 }, () => ask(stack.client, '/v1/transfers', mpesaTransfer())),
      );
      await stack.sandbox.forget('mpesa-ke');
      await Promise.all(stack.workers.map((worker) => worker.start()));
      for (const { id } of asked) {
        expect((await stack.client.untilEnded(id, 60_000)).state).toBe('succeeded');
      }
      expect((await stack.sandbox.requests('mpesa-ke')).tokenRequests).toBe(1);
    } finally {
      await stack.stop();
    }
  }, 120_000);

  it('are found where the configuration says, without a change of code', async () => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, '127.0.0.1', resolve);
    });
    const { port } = elsewhere.address() as AddressInfo;
    const stack = await startStack({
      ...QUICK,
      only: ['wave-sn'],
      partners: { 'wave-sn': { settings: { baseUrl: `http://127.0.0.1:${String(port)}/over/there` } } },
    });
    try {
      const { body } = await stack.client.get<{ items: { id: string }[] }>('/v1/partners');
      expect(body.items.map(({ id }) => id)).toEqual(['wave-sn']);
      const { id } = await ask(stack.client, '/v1/payments', wavePayment());
      await stack.client.untilState(id, ['unknown', 'received', 'pending'], 10_000);
      const until = performance.now() + 10_000;
      while (seen.length === 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(seen[0]).toBe('POST /over/there/v1/checkout/sessions');
    } finally {
      await stack.stop();
      elsewhere.close();
    }
  }, 60_000);

  it('do not notice when another one is away, and its own operations wait', async () => {
    const stack = await startStack({
      ...QUICK,
      partners: { ...QUICK.partners, 'mpesa-ke': { settings: { baseUrl: 'http://127.0.0.1:9/nobody' } } },
    });
    try {
      const stuck = await ask(stack.client, '/v1/payments', mpesaPayment());
      const fine = await ask(stack.client, '/v1/payments', wavePayment());
      const ended = await stack.client.untilEnded(fine.id);
      expect(ended.state).toBe('succeeded');
      expect(await movements(stack, ended)).toHaveLength(1);
      expect(['received', 'submitting']).toContain((await stack.client.operation(stuck.id)).state);
      expect((await fetch(`${stack.apiUrls[0] ?? ''}/health/ready`)).status).toBe(200);
    } finally {
      await stack.stop();
    }
  }, 60_000);

  it('that answer once with a storm, nonsense, a closed door or a dead line cost nobody money', async () => {
    const stack = await startStack({ ...QUICK, only: ['wave-sn'] });
    try {
      // What may have been sent and is not found is not sent again: two sessions for one payment could both be paid.
      const ends = { 'error-5xx': 'failed', nonsense: 'succeeded', throttled: 'succeeded', reset: 'failed' };
      for (const [fault, end] of Object.entries(ends) as [keyof typeof ends, string][]) {
        await stack.sandbox.misbehave('wave-sn', { fault, count: 1 });
        const { id } = await ask(stack.client, '/v1/transfers', waveTransfer());
        const transfer = await stack.client.untilEnded(id, 40_000);
        expect(transfer.state).toBe('succeeded');
        expect(await movements(stack, transfer)).toHaveLength(1);
        await stack.sandbox.misbehave('wave-sn', { fault, count: 1 });
        const asked = await ask(stack.client, '/v1/payments', wavePayment());
        const payment = await stack.client.untilEnded(asked.id, 40_000);
        expect([fault, payment.state]).toEqual([fault, end]);
        if (end === 'failed') expect(payment.failure).toMatchObject({ moneyMoved: 'no' });
        expect(await movements(stack, payment)).toHaveLength(end === 'failed' ? 0 : 1);
      }
    } finally {
      await stack.stop();
    }
  }, 120_000);
});
