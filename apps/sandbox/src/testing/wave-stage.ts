import { type RunningSandbox, startSandbox } from '../sandbox.js';
import { type Call, caller } from './caller.js';
import { type Inbox, openInbox } from './inbox.js';

/** A sandbox with one Wave wallet that is quick, and an inbox for its webhooks. */
export interface WaveStage {
  readonly sandbox: RunningSandbox;
  readonly inbox: Inbox;
  /** With a full-rights key. */
  readonly wave: Call;
  /** Under `/control/partners/wave-sn`. */
  readonly control: Call;
  readonly clock: Call;
  close(): Promise<void>;
}

export const webhookSecret = 'wave_sn_WHS_demo_secret';

export async function openWaveStage(settings: Readonly<Record<string, unknown>> = {}): Promise<WaveStage> {
  const inbox = await openInbox();
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    partners: {
      'wave-sn': {
        operator: 'wave',
        settings: {
          webhooks: [{ url: inbox.url, secrets: [webhookSecret] }],
          startingBalance: '1000000',
          payAfterMs: 0,
          callbackDelayMs: 0,
          ...settings,
        },
      },
    },
  });
  return {
    sandbox,
    inbox,
    wave: caller(`${sandbox.url}/wave-sn`, { authorization: 'Bearer wave_sn_prod_sim_ok' }),
    control: caller(`${sandbox.url}/control/partners/wave-sn`),
    clock: caller(`${sandbox.url}/control/clock`),
    close: async () => {
      await sandbox.close();
      await inbox.close();
    },
  };
}

export const checkoutOf = (amount: string, more: Readonly<Record<string, unknown>> = {}) => ({
  amount,
  currency: 'XOF',
  success_url: 'https://gw.example/ok',
  error_url: 'https://gw.example/ko',
  ...more,
});

export const payoutOf = (amount: string, mobile: string, more: Readonly<Record<string, unknown>> = {}) => ({
  currency: 'XOF',
  receive_amount: amount,
  mobile,
  ...more,
});
