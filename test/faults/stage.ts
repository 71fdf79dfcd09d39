import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack, type StackOptions, startStack } from '../support/stack.js';
import { Absences } from './absences.js';
import { Clients } from './clients.js';
import { type Evidence } from './invariants/invariant.js';
import { LogWatch } from './invariants/log-watch.js';
import { type PartnersWay, Wiring } from './links.js';
import { takePort } from './ports.js';
import { type PostgresControl } from './postgres.js';
import { Processes } from './processes.js';
import { type Random } from './random.js';
import { RepeatingRecorder } from './recorder.js';
import { settle } from './settle.js';
import {
  lateAfterMs,
  PARTNERS,
  SCHEME,
  settingsWith,
  SUBMIT_FOR_MS,
  SWITCH,
  UNRESOLVED_AFTER_MS,
} from './settings.js';
import { until } from './until.js';
import { type Acknowledgement, type FailPoint, type FailPointOrder, type World } from './world.js';

const SETTLE_MS = 45_000;

export interface StageOptions {
  readonly postgres: PostgresControl;
  readonly random: Random;
  readonly say: (progress: string) => void;
  readonly settings?: StackOptions | undefined;
}

/** Of the values that gateway and sandbox share, those that nobody else may see. */
const SECRET_NAMES =
  /^(?:WAVE_SN|MPESA_KE|MOJALOOP_SN|MOJALOOP_FSPIOP_SN|CORE_BANKING)_(?!.*_URL$|CLIENT_ID$)/;

/** The keys that sign the tokens of our clients: the gateway has them from files. */
function signingKeysIn(directory: string): readonly string[] {
  const keys = join(directory, 'keys');
  return readdirSync(keys).map((name) => readFileSync(join(keys, name), 'utf8'));
}

/**
 * What is kept of partners that ask us: movements that they announce, and how they ended. Of the switch only the latter: what
 * it announces and is refused for is told later, and not kept.
 */
const KEPT: Readonly<Partial<Record<PartnersWay, { readonly by: string; readonly what: RegExp }>>> = {
  inbound: { by: SCHEME, what: /^(?:POST|PUT) \/transfers(?:\/|$)/ },
  'switch door': { by: SWITCH, what: /^PATCH \/transfers\// },
};

/** A stack with proxies between all of its programs, on which scenarios are played one after the other. */
export class Stage {
  readonly clients: Clients;
  private readonly processes: Processes;
  private readonly logs: LogWatch;
  private readonly absences: Absences;

  private constructor(
    readonly stack: Stack,
    private readonly wiring: Wiring,
    private readonly acknowledged: Acknowledgement[],
    private readonly options: StageOptions,
  ) {
    this.clients = new Clients(stack);
    this.processes = new Processes(stack);
    this.logs = new LogWatch([join(stack.directory, 'logs')], [options.postgres.logFile]);
    this.absences = new Absences(
      () => options.postgres.isRunning && stack.workers.some((worker) => worker.isReady),
    );
  }

  static async open(options: StageOptions): Promise<Stage> {
    const acknowledged: Acknowledgement[] = [];
    const partners = new Map<string, string>();
    const keeperOf = (request: string, path: string, way: PartnersWay): string | undefined => {
      const kept = KEPT[way];
      if (kept) return kept.what.test(request) ? kept.by : undefined;
      return partners.get(path.split('/')[2] ?? '');
    };
    const wiring = new Wiring(options.random.fork('proxies'), ({ method, path, digest }, way) => {
      const partner = keeperOf(`${method} ${path}`, path, way);
      if (partner !== undefined) acknowledged.push({ what: 'callback', partner, digest });
    });
    try {
      const stack = await startStack({
        ...settingsWith(options.settings),
        env: { SANDBOX_SEED: options.random.fork('sandbox').seed, ...options.settings?.env },
        takePort,
        between: (places) => wiring.open(places),
      });
      const stage = new Stage(stack, wiring, acknowledged, options);
      for (const partner of PARTNERS) partners.set(stage.callbackKey(partner), partner);
      await stage.clients.clientNamed('main');
      return stage;
    } catch (error) {
      wiring.close();
      throw error;
    }
  }

  /** The world of one scenario, with chance of its own. */
  world(random: Random): World {
    const { stack, wiring, processes, acknowledged, clients } = this;
    const { postgres, say } = this.options;
    return {
      ...{ random, stack, postgres, say, until },
      links: wiring.links,
      inboundUrl: wiring.inboundUrl,
      switchDoorUrl: wiring.switchDoorUrl,
      recorder: new RepeatingRecorder({
        apiUrls: wiring.apiUrls,
        random: random.fork('orders'),
        acknowledged,
        clientNamed: (name) => clients.clientNamed(name),
        callbackKey: (partner) => this.callbackKey(partner),
      }),
      failPoint: (point) => this.failPoint(point),
      clock: { shift: (kind, index, ms) => processes.shift(kind, index, ms) },
      restart: (kind, index, signal) => processes.restart(kind, index, signal),
      heal: () => this.heal(),
      settle: (withinMs = SETTLE_MS) => settle(stack.database, withinMs),
    };
  }

  /** What the invariants look at; the world sends again what was acknowledged. */
  evidence({ recorder }: World): Evidence {
    const { stack, acknowledged, logs, clients, processes } = this;
    const { database, sandbox, shared } = stack;
    const secrets = Object.entries(shared)
      .filter(([name]) => SECRET_NAMES.test(name))
      .flatMap(([, value]) => value ?? []);
    return {
      ...{ database, sandbox, acknowledged, logs },
      postgresLog: this.options.postgres.log,
      partners: PARTNERS,
      absences: this.absences.all,
      newUnaskedEnds: () => processes.newUnaskedEnds(),
      replay: ({ path, sent, key, client }) => recorder.send(path, sent, { key, client }),
      secrets: [
        ...secrets,
        ...signingKeysIn(stack.directory),
        ...clients.secrets,
        new URL(stack.databaseUrl).password,
      ],
      flaggedWithinMs: SUBMIT_FOR_MS + UNRESOLVED_AFTER_MS,
      lateAfterMs: lateAfterMs(this.options.settings),
    };
  }

  /** Everything runs, no fault is set, the proxies pass, the clocks are right. */
  async heal(): Promise<void> {
    const { sandbox } = this.stack;
    await this.options.postgres.start();
    await this.wiring.heal();
    await sandbox.resetClock();
    await Promise.all(PARTNERS.map((partner) => sandbox.misbehave(partner)));
    await this.processes.heal();
  }

  /** Breakers that the last scenario has opened do not slow the next one down. */
  async calm(): Promise<void> {
    await this.stack.database.query(
      'UPDATE partner_gates SET failures = 0, opened_count = 0, open_until = NULL WHERE failures > 0 OR opened_count > 0',
    );
  }

  async close(): Promise<void> {
    this.absences.close();
    await this.stack.stop();
    this.wiring.close();
  }

  private callbackKey(partner: string): string {
    return this.stack.shared[`${partner.toUpperCase().replaceAll('-', '_')}_CALLBACK_KEY`] ?? '';
  }

  private failPoint({ process, index, act, ...ambush }: FailPointOrder): FailPoint {
    return this.wiring.watcherOf(process, index).arm({
      ...ambush,
      act: async () => {
        if (act) {
          await act();
          return 'pass';
        }
        await this.processes.find(process, index).kill('SIGKILL');
        return 'drop';
      },
    });
  }
}
