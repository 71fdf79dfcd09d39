import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/stack.js';

interface CallbackRow {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly verdict: string;
  readonly state: string;
}

describe('a callback', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ workers: 0 });
  });
  afterAll(async () => {
    await stack.stop();
  });

  const keyOf = (name: string): string => stack.shared[name] ?? '';
  const call = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${stack.client.url}/callbacks/${path}`, init);
  const kept = async (): Promise<CallbackRow[]> =>
    (await stack.database.query<CallbackRow>('SELECT * FROM callbacks ORDER BY id')).rows;

  it('is kept as it came, whatever type it claims, and acknowledged', async () => {
    const path = `${keyOf('MPESA_KE_CALLBACK_KEY')}/stk/0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33`;
    const bodies: readonly [string, string | null][] = [
      ['{"Body": {"stkCallback": ', 'application/json'],
      ['{ "Body":  1.50 }', 'application/json; charset=utf-8'],
      ['<a/>', 'text/xml'],
      ['a=1&b=2', 'application/x-www-form-urlencoded'],
      ['é', 'nonsense'],
      ['', 'application/json'],
      ['plain', null],
    ];
    for (const [body, type] of bodies) {
      const answer = await call(path, {
        method: 'POST',
        headers: { ...(type === null ? {} : { 'content-type': type }), 'x-test': 'yes' },
        body: Buffer.from(body),
      });
      expect({ type, status: answer.status }).toEqual({ type, status: 200 });
    }
    const rows = await kept();
    expect(rows.map(({ body }) => body.toString('utf8'))).toEqual(bodies.map(([body]) => body));
    expect(rows.map(({ headers }) => headers['content-type'] ?? null)).toEqual(
      bodies.map(([, type]) => type),
    );
    expect(rows[0]).toMatchObject({
      method: 'POST',
      path: 'stk/0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
      state: 'stored',
    });
    expect(rows[0]?.headers['x-test']).toBe('yes');
  });

  it('may come by PUT, and without a path', async () => {
    const before = (await kept()).length;
    const key = keyOf('MPESA_KE_CALLBACK_KEY');
    expect((await call(`${key}/stk/x?y=1`, { method: 'PUT', body: '{}' })).status).toBe(200);
    expect((await call(key, { method: 'POST', body: '{}' })).status).toBe(200);
    expect((await kept()).slice(before).map(({ method, path }) => ({ method, path }))).toEqual([
      { method: 'PUT', path: 'stk/x' },
      { method: 'POST', path: '' },
    ]);
  });

  it('with a bad signature is refused, kept as evidence and never interpreted', async () => {
    const before = (await kept()).length;
    const answer = await call(`${keyOf('WAVE_SN_CALLBACK_KEY')}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'wave-signature': 't=1,v1=00' },
      body: '{"type":"checkout.session.completed"}',
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'callback-forged' });
    const rows = (await kept()).slice(before);
    expect(rows).toMatchObject([{ verdict: 'forged', state: 'forged' }]);
    const { rows: transitions } = await stack.database.query('SELECT FROM transitions');
    expect(transitions).toEqual([]);
  });

  it('that is forged is refused in the words of its protocol where that has some', async () => {
    const before = (await kept()).length;
    const key = keyOf('MOJALOOP_FSPIOP_SN_CALLBACK_KEY');
    const answer = await call(`${key}/quotes/8c4f2a9e-3f0b-4d7c-9a57-0f6f5f0f9f11`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.interoperability.quotes+json;version=1.1' },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ errorInformation: { errorCode: '3105' } });
    expect((await kept()).slice(before)).toMatchObject([{ verdict: 'forged', state: 'forged' }]);
  });

  it('to an address that is none is not kept', async () => {
    const before = (await kept()).length;
    for (const path of ['nobody/stk/1', 'nobody', `${keyOf('WAVE_SN_CALLBACK_KEY')}x/webhook`]) {
      const answer = await call(path, { method: 'POST', body: '{}' });
      expect(answer.status).toBe(404);
    }
    expect(await kept()).toHaveLength(before);
  });

  it('that is too large is not taken', async () => {
    const before = (await kept()).length;
    const answer = await call(`${keyOf('MPESA_KE_CALLBACK_KEY')}/stk/1`, {
      method: 'POST',
      body: 'x'.repeat(66_000),
    });
    expect(answer.status).toBe(413);
    expect(await kept()).toHaveLength(before);
  });

  it('never shows its key in a log', () => {
    expect(stack.logs()).toContain('/callbacks/:key/*');
    expect(stack.logs()).not.toContain(keyOf('MPESA_KE_CALLBACK_KEY'));
    expect(stack.logs()).not.toContain(keyOf('WAVE_SN_CALLBACK_KEY'));
  });
});
