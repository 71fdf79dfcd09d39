import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED } from '../../support/compiled.js';
import { installPeer } from './install.js';
import { answersHttp, Peer } from './peer.js';
import { ANSWERS, ENVIRONMENT, NOTES, REFUSALS } from './rules.js';

type Settings = Record<string, unknown>;

function edit(file: string, change: (content: Settings) => Settings): void {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Settings)));
}

function addRules(file: string, rules: readonly object[]): void {
  const own = JSON.parse(readFileSync(file, 'utf8')) as object[];
  writeFileSync(file, JSON.stringify([...rules, ...own]));
}

/** Where it takes orders: an address that cannot be chosen, at which an older one would answer as if it were ours. */
export const TOOLKIT_API = 'http://127.0.0.1:5050/';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What the toolkit took, in order: not what it turned away at its door. */
export async function takenRequests(): Promise<readonly SeenRequest[]> {
  const answer = await fetch(`${TOOLKIT_API}api/history/requests`);
  return (await answer.json()) as SeenRequest[];
}

/** How often the switch was asked for a payee, of an MSISDN: who that is, for a price, and to move money at such a price. */
export async function askedFor(payee: string) {
  const id = payee.replace('+', '');
  const requests = await takenRequests();
  const posted = (where: string) =>
    requests.flatMap(({ method, path, body = {} }) => (method === 'post' && path === where ? [body] : []));
  const priced = posted('/quotes').filter((quote) => isPayee(id, quote['payee']));
  const transfers = new Set(priced.map((quote) => quote['transactionId']));
  return {
    lookups: requests.filter(({ method, path }) => method === 'get' && path === `/parties/MSISDN/${id}`)
      .length,
    quotes: priced.length,
    moves: posted('/transfers').filter(({ transferId }) => transfers.has(transferId)).length,
  };
}

const isPayee = (id: string, payee: unknown): boolean =>
  JSON.stringify(payee ?? null).includes(`"partyIdentifier":"${id}"`);

interface ToolkitOptions {
  /** Laid over its system_config.json. */
  readonly system?: Settings;
  /** Laid over its user_config.json. */
  readonly user?: Settings;
  /** Whether it listens as the switch; default: it answers HTTP. */
  readonly isReady?: () => Promise<boolean>;
}

/** Mojaloop's Testing Toolkit as the switch, and as the payee's institution behind it. */
export async function startToolkit(
  directory: string,
  port: number,
  callbackUrl: string,
  { system = {}, user = {}, isReady = () => answersHttp(`http://127.0.0.1:${port}/`) }: ToolkitOptions = {},
): Promise<Peer> {
  if (await answersHttp(TOOLKIT_API)) throw new Error(`somebody else listens at ${TOOLKIT_API}`);
  const folder = await installPeer('toolkit');
  const program = join(folder, 'node_modules/ml-testing-toolkit');
  const specs = join(directory, 'spec_files');
  cpSync(join(program, 'spec_files'), specs, { recursive: true });
  edit(join(specs, 'system_config.json'), (content) => ({
    ...content,
    API_PORT: port,
    INIT_CONFIG: { objectStore: { inboundEnvironment: ENVIRONMENT } },
    ...system,
  }));
  edit(join(specs, 'user_config.json'), (content) => ({
    ...content,
    CALLBACK_ENDPOINT: callbackUrl,
    ENDPOINTS_DFSP_WISE: { dfsps: {} },
    // For an answer: on a busy machine its three seconds are soon over.
    DEFAULT_REQUEST_TIMEOUT: 15_000,
    ...user,
  }));
  addRules(join(specs, 'rules_response/default.json'), NOTES);
  addRules(join(specs, 'rules_validation/default.json'), REFUSALS);
  addRules(join(specs, 'rules_callback/default.json'), ANSWERS);
  const toolkit = new Peer({
    name: 'testing toolkit',
    command: process.execPath,
    args: [...COMPILED.flags, join(program, 'src/index.js')],
    // It reads its specifications from where it is started.
    cwd: directory,
    logFile: join(directory, 'toolkit.log'),
    isReady: async () => (await isReady()) && answersHttp(TOOLKIT_API),
  });
  await toolkit.start();
  return toolkit;
}
