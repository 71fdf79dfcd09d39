import { randomUUID } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { ZodError, z } from 'zod';
import { type SandboxConfig } from './config.js';
import { controlRoutes } from './control/routes.js';
import { discoverSimulators } from './discovery.js';
import { chanceOf } from './kit/chance.js';
import { SimulatedTime } from './kit/clock.js';
import { PartnerDesk } from './kit/desk.js';

export interface RunningSandbox {
  /** `http://127.0.0.1:4000`; partner `x` is at `${url}/x`, the control API at `${url}/control`. */
  readonly url: string;
  /** Stops answering, drops what hangs, forgets every pending callback. */
  close(): Promise<void>;
}

/**
 * Starts every configured partner on one port.
 * @throws when an operator has no simulator, its settings are wrong, or the port is taken (`EADDRINUSE`).
 */
export async function startSandbox(config: SandboxConfig): Promise<RunningSandbox> {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 8 * 1024 * 1024 });
  const time = new SimulatedTime();
  let url = '';
  const desks = await createDesks(config, time, () => url);
  const close = async () => {
    time.stop();
    await Promise.all([...desks.values()].map((desk) => desk.close()));
    await app.close();
    time.stop();
  };
  try {
    for (const desk of desks.values()) {
      await app.register((scope) => mount(desk, scope), { prefix: desk.prefix });
    }
    await app.register(
      (scope, _options, done) => {
        controlRoutes(scope, desks, time);
        done();
      },
      { prefix: '/control' },
    );
    await app.listen({ host: config.host, port: config.port });
    url = addressOf(app.server.address() as AddressInfo);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

async function createDesks(config: SandboxConfig, time: SimulatedTime, baseUrl: () => string) {
  const simulators = await discoverSimulators();
  const desks = new Map<string, PartnerDesk>();
  const seed = config.seed ?? randomUUID();
  for (const [id, { operator, settings }] of Object.entries(config.partners)) {
    const simulator = simulators.get(operator);
    if (!simulator) throw new Error(`partners.${id}.operator: no simulator for "${operator}"`);
    // Each its own: how often one is asked does not change what the others draw.
    const chance = chanceOf(`${seed}/${id}`);
    desks.set(id, new PartnerDesk(id, operator, settings, simulator, baseUrl, time, chance));
  }
  return desks;
}

async function mount(desk: PartnerDesk, scope: Parameters<PartnerDesk['mount']>[0]): Promise<void> {
  try {
    await desk.mount(scope);
  } catch (error) {
    if (error instanceof ZodError)
      throw new Error(`partners.${desk.id}.settings:\n${z.prettifyError(error)}`, { cause: error });
    throw error;
  }
}

function addressOf({ address, family, port }: AddressInfo): string {
  const anywhere = address === '0.0.0.0' || address === '::';
  const host = anywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
