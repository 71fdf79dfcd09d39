import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse, stringify } from 'yaml';

const PROGRAM = 'dist/apps/sandbox/src/main.js';
const CONFIGURATION = 'config/sandbox.yaml';
const STARTS_WITHIN_MS = 20_000;
const KEPT_LINES = 40;

export interface SandboxOrder {
  readonly partnerId: string;
  readonly operator: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
}

interface SandboxFile {
  readonly partners?: Readonly<
    Record<string, { readonly operator: string; readonly settings?: Readonly<Record<string, unknown>> }>
  >;
}

/** The built sandbox as a process of its own, as everybody else runs it. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly said: readonly string[],
    /** "http://127.0.0.1:41234" */
    readonly url: string,
  ) {}

  /** @throws with the sandbox's own words when it does not start. */
  static async start(order: SandboxOrder): Promise<SandboxProcess> {
    await access(PROGRAM).catch(() => {
      throw new Error(`${PROGRAM} is not there: run \`npm run build\` first (\`npm test\` does).`);
    });
    const directory = await mkdtemp(join(tmpdir(), 'passerelle-sandbox-'));
    await writeFile(join(directory, 'sandbox.yaml'), stringify(await configurationFor(order)));
    const child = spawn(process.execPath, [PROGRAM], {
      env: {
        PATH: process.env['PATH'],
        ...order.environment,
        PASSERELLE_CONFIG_DIR: directory,
        SANDBOX_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: string[] = [];
    try {
      return new SandboxProcess(child, directory, said, await readyUrl(child, said));
    } catch (error) {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** What it said last, where it has stopped by itself. */
  get lastWords(): string | null {
    return this.#runs ? null : this.said.slice(-KEPT_LINES).join('\n');
  }

  get #runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (this.#runs) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await gone;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function configurationFor({ partnerId, operator, settings }: SandboxOrder): Promise<unknown> {
  const written = parse(await readFile(CONFIGURATION, 'utf8')) as SandboxFile;
  const usual = written.partners?.[partnerId];
  const chosen = operator ?? usual?.operator;
  if (chosen === undefined)
    throw new Error(`${CONFIGURATION} has no partner "${partnerId}": name its operator.`);
  return { partners: { [partnerId]: { operator: chosen, settings: { ...usual?.settings, ...settings } } } };
}

interface Line {
  readonly url?: unknown;
  readonly msg?: unknown;
}

/** Hears every line that the process writes: as it is, or the text of a line of its log. */
function hear({ stdout, stderr }: ChildProcess, heard: (text: string, line: Line) => void): void {
  for (const stream of [stdout, stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (written) => {
      const line = readLine(written);
      heard(typeof line.msg === 'string' ? line.msg : written, line);
    });
  }
}

/** The URL out of the log line that says that the sandbox is ready; every line goes into `said`. */
function readyUrl(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${why}\n${said.join('\n')}`));
    };
    const timer = setTimeout(fail, STARTS_WITHIN_MS, 'The sandbox does not start.');
    hear(child, (text, { url }) => {
      said.push(text);
      if (typeof url !== 'string') return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('close', () => {
      fail('The sandbox has stopped.');
    });
  });
}

function readLine(written: string): Line {
  try {
    const line: unknown = JSON.parse(written);
    return typeof line === 'object' && line !== null ? line : {};
  } catch {
    return {};
  }
}
