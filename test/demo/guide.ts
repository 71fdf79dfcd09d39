import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayClient, type OperationView } from '../support/gateway-client.js';
import { SandboxControls } from '../support/sandbox-controls.js';
import { type DemoAccess } from './gateway.js';
import { type Guide } from './tour.js';

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'expired']);
const PATIENCE_MS = 75_000;
const PAUSE_MS = 150;

export function makeGuide(access: DemoAccess, say: (sentence: string) => void): Guide {
  const { clientId, clientSecret, apiUrl, tokenUrl, sandboxUrl } = access;
  const client = new GatewayClient(apiUrl, { clientId, clientSecret }, tokenUrl);
  const run = randomBytes(3).toString('hex').toUpperCase();
  let references = 0;

  async function follow(asked: string, id: string): Promise<OperationView> {
    const until = performance.now() + PATIENCE_MS;
    let known = '';
    for (;;) {
      const operation = await client.operation(id);
      if (operation.state !== known) say(`${asked}: ${operation.state}`);
      known = operation.state;
      if (ENDED.has(known) || performance.now() > until) return operation;
      await sleep(PAUSE_MS);
    }
  }

  return {
    client,
    say,
    follow,
    sandbox: new SandboxControls(sandboxUrl),
    reference: () => `T${run}-${String(++references).padStart(2, '0')}`,
  };
}
