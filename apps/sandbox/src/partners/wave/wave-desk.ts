import { type Desk } from '../../kit/simulator.js';
import { type WaveSettings } from './settings.js';
import { type Wallet } from './wallet/wallet.js';
import { type Webhooks } from './webhooks.js';

/** What every part of one simulated wallet works with. */
export interface WaveDesk {
  readonly desk: Desk;
  readonly settings: WaveSettings;
  readonly wallet: Wallet;
  readonly webhooks: Webhooks;
}
