import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../apps/standalone/src/ports.js';
import { COMPILED } from '../../support/compiled.js';
import { installPeer } from './install.js';
import { type Way } from './mended-way.js';
import { answersHttp, Peer } from './peer.js';
import { startRedis } from './redis.js';
import { startToolkit } from './toolkit.js';

/** Seconds that the scheme adapter waits for the switch in each phase. The toolkit takes its time on a busy machine. */
const STAGE_S = 10;

/** A scheme on this machine: the real scheme adapter, its Redis, and a switch: the Testing Toolkit, unless another is given. */
export interface Scheme {
  /** Of the scheme adapter's outbound server: where a gateway sends its transfers. */
  readonly outboundUrl: string;
  readonly stageMs: number;
  /** Where the scheme adapter asks whoever keeps the accounts. */
  readonly connectorPort: number;
  readonly schemeAdapter: Peer;
  readonly redis: Peer;
  readonly theSwitch: Peer;
  /** What the scheme adapter keeps of its transfers is gone. */
  readonly forget: () => Promise<void>;
  stop(): Promise<void>;
}

/** Starts a switch on that port, which tells what it has to say to the scheme adapter. */
export type StartSwitch = (directory: string, port: number, schemeAdapterUrl: string) => Promise<Peer>;

interface SchemeOptions {
  /** Whether the scheme adapter asks nothing; ours always asks. */
  readonly autoAccept?: boolean;
  /** Whether it asks nothing about parties; without that, 18.0.2 cannot ask anybody to pay. */
  readonly autoAcceptParty?: boolean;
  readonly startSwitch?: StartSwitch;
  /** What the scheme adapter sends goes by this way to the switch; default: straight there. */
  readonly openWay?: (switchPort: number) => Promise<Way>;
}

export async function startScheme({
  autoAccept = false,
  autoAcceptParty = autoAccept,
  startSwitch = startToolkit,
  openWay = straight,
}: SchemeOptions = {}): Promise<Scheme> {
  await using undo = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'passerelle-mojaloop-'));
  undo.defer(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const [inbound = 0, outbound = 0, tests = 0, metrics = 0, switchPort = 0, connectorPort = 0] =
    await Promise.all(Array.from({ length: 6 }, () => freePort()));
  const { redis, url, forget } = await startRedis(directory);
  undo.defer(() => redis.kill());
  const way = await openWay(switchPort);
  undo.defer(() => way.close());
  const outboundUrl = `http://127.0.0.1:${outbound}`;
  const startAdapter = async (): Promise<Peer> => {
    const folder = await installPeer('scheme-adapter');
    const adapter = new Peer({
      name: 'scheme adapter',
      command: process.execPath,
      args: [...COMPILED.flags, join(folder, 'node_modules/@mojaloop/sdk-scheme-adapter/src/index.js')],
      cwd: directory,
      logFile: join(directory, 'scheme-adapter.log'),
      env: {
        INBOUND_LISTEN_PORT: String(inbound),
        OUTBOUND_LISTEN_PORT: String(outbound),
        TEST_LISTEN_PORT: String(tests),
        METRICS_SERVER_LISTEN_PORT: String(metrics),
        PEER_ENDPOINT: `127.0.0.1:${way.port}`,
        BACKEND_ENDPOINT: `127.0.0.1:${connectorPort}`,
        CACHE_URL: url,
        DFSP_ID: 'userdfsp',
        ILP_SECRET: 'of-the-test',
        CHECK_ILP: 'true',
        AUTO_ACCEPT_PARTY: String(autoAcceptParty),
        AUTO_ACCEPT_QUOTES: String(autoAccept),
        ...Object.fromEntries(UNSIGNED.map((name) => [name, 'false'])),
        REQUEST_PROCESSING_TIMEOUT_SECONDS: String(STAGE_S),
        LOG_INDENT: '0',
      },
      isReady: () => answersHttp(outboundUrl),
    });
    await adapter.start();
    return adapter;
  };
  // Each takes seconds to start, and a minute to be installed; neither needs the other for that.
  const startingSwitch = startSwitch(directory, switchPort, `http://127.0.0.1:${inbound}`);
  undo.defer(async () => (await startingSwitch).kill());
  const startingAdapter = startAdapter();
  undo.defer(async () => (await startingAdapter).kill());
  const [theSwitch, schemeAdapter] = await Promise.all([startingSwitch, startingAdapter]);
  const started = undo.move();
  return {
    ...{ outboundUrl, connectorPort, stageMs: STAGE_S * 1_000, schemeAdapter, redis, theSwitch, forget },
    stop: () => started.disposeAsync(),
  };
}

const straight = (port: number): Promise<Way> => Promise.resolve({ port, close: () => Promise.resolve() });

/** On loopback, without certificates. */
const UNSIGNED = [
  'JWS_SIGN',
  'JWS_SIGN_PUT_PARTIES',
  'VALIDATE_INBOUND_JWS',
  'VALIDATE_INBOUND_PUT_PARTIES_JWS',
  'INBOUND_MUTUAL_TLS_ENABLED',
  'OUTBOUND_MUTUAL_TLS_ENABLED',
];
