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
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      return new SandboxProcess(child, directory, await readyUrl(child));
    } catch (error) {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
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

/** The URL out of the log line that says that the sandbox is ready. */
async function readyUrl(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('the sandbox has no output');
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      reject(new Error(`${why}\n${said.join('\n')}`));
    };
    const timer = setTimeout(fail, STARTS_WITHIN_MS, 'The sandbox does not start.');
    createInterface(stdout).on('line', (line) => {
      said.push(line);
      const url = urlIn(line);
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      // The last lines may still be on their way.
      setImmediate(fail, 'The sandbox has stopped.');
    });
  });
}

function urlIn(line: string): string | undefined {
  try {
    const { url } = JSON.parse(line) as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}
