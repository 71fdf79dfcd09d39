import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readSandboxConfig } from '../../config.js';
import { sandboxEnvironment } from '../../environment.js';
import { startSandbox } from '../../sandbox.js';
import { Stage } from './spec-support.js';

const stage = new Stage();
const want = (...faults: object[]) => stage.call('PUT', '/control/partners/mpesa-ke/faults', faults);

beforeAll(() => stage.open());
afterAll(() => stage.close());
afterEach(() => stage.call('DELETE', '/control/partners/mpesa-ke/faults'));

describe('a fault that the control API asks for', () => {
  it.each([
    ['throttled', undefined, 429, 'SpikeArrestViolation'],
    ['error-5xx', 503, 503, 'temporarily unavailable'],
    ['error-5xx', 504, 504, 'TARGET_READ_TIMEOUT'],
    ['error-5xx', 500, 500, '500.003.1001'],
  ])('%s with %s is answered %i in the words of the partner', async (fault, wanted, status, words) => {
    await want({ fault, ...(wanted !== undefined && { status: wanted }) });
    const answer = await stage.push('/never');
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(stage.listener.at('/never')).toEqual([]);
  });

  it('lets a payout time out after it was taken, and only the one that is meant', async () => {
    await want({ fault: 'timeout-after-acting', count: 1, match: { reference: 'meant' } });
    void stage.disburse('meant').catch(() => undefined);
    expect((await stage.disburse('other')).status).toBe(200);
    await stage.listener.wait('/meant/result');
    expect((await stage.disburse('meant')).json['errorCode']).toBe('500.002.1001');
    const paid = (await stage.entries()).filter(({ reference }) => reference === 'meant');
    expect(paid).toHaveLength(1);
  });

  it('brings a callback before the answer, in copies, or not at all', async () => {
    await want({ fault: 'callback-early', count: 1 });
    await stage.push('/early');
    expect(stage.listener.at('/early')).toHaveLength(1);
    await want({ fault: 'callback-duplicated', copies: 5, match: { path: '/copies' } });
    await stage.push('/copies');
    await stage.listener.wait('/copies', 5);
    await want({ fault: 'callback-lost' });
    const { json } = await stage.push('/lost');
    const checkoutId = String(json['CheckoutRequestID']);
    for (;;) {
      const query = await stage.query(checkoutId);
      if (query.json['ResultCode'] === '0') break;
      expect(query.json['ResultCode']).toBe('4999');
    }
    expect(stage.listener.at('/lost')).toEqual([]);
  });
});

describe('the partner as configured', () => {
  it('starts with values made for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const made = await sandboxEnvironment(join(folder, 'environment.json'));
    const config = await readSandboxConfig({
      WAVE_SN_WEBHOOK_URL: 'http://127.0.0.1:3000/callbacks',
      MOJALOOP_FSPIOP_SN_CALLBACK_URL: 'http://127.0.0.1:3000/callbacks/scheme',
      ...made,
    });
    const sandbox = await startSandbox({ ...config, port: 0 });
    const answer = await fetch(`${sandbox.url}/mpesa-ke/oauth/v1/generate?grant_type=client_credentials`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${made['MPESA_KE_CONSUMER_KEY'] ?? ''}:${made['MPESA_KE_CONSUMER_SECRET'] ?? ''}`).toString('base64')}`,
      },
    });
    expect(answer.status).toBe(200);
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
});
