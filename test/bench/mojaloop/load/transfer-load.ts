import { Client } from 'undici';
import { type Timing } from '../../load/job.js';
import { sendStraight } from './straight.js';
import { sendThroughGateway } from './through-gateway.js';

/** Transfers of so many clients, each of which sends its next one when the last has ended. */
export interface TransferJob extends Timing {
  readonly side: 'straight' | 'gateway';
  readonly url: string;
  readonly token: string;
  readonly clients: number;
  /** Payees and amounts are counted on from here: no two transfers of a run have the same payee. */
  readonly first: number;
}

export interface Transferred {
  /** Of those that ended while it was measured, in milliseconds. */
  readonly latencies: readonly number[];
  /** Every transfer that was carried out, warm-up included: by its id at the switch, or by that of its operation. */
  readonly done: readonly string[];
  /** How others ended. */
  readonly failures: Readonly<Record<string, number>>;
  readonly generatorSeconds: number;
}

const SENDERS = { straight: sendStraight, gateway: sendThroughGateway } as const;

export async function pushTransfers(job: TransferJob): Promise<Transferred> {
  const { side, url, token, clients: count, first, warmUpMs, runMs } = job;
  const from = performance.now() + warmUpMs;
  const until = from + runMs;
  const latencies: number[] = [];
  const done: string[] = [];
  const failures: Record<string, number> = {};
  let next = first;
  const keepSending = async (client: Client): Promise<void> => {
    for (let began = performance.now(); began < until; began = performance.now()) {
      const ended = await SENDERS[side]({ number: next++, client, token });
      const now = performance.now();
      if ('failure' in ended) failures[ended.failure] = (failures[ended.failure] ?? 0) + 1;
      else done.push(ended.done);
      if ('done' in ended && now >= from && now < until) latencies.push(now - began);
    }
  };
  const clients = Array.from({ length: count }, () => new Client(url));
  await Promise.all(clients.map(keepSending));
  await Promise.all(clients.map((client) => client.close()));
  const { user, system } = process.cpuUsage();
  return { latencies, done, failures, generatorSeconds: (user + system) / 1e6 };
}
