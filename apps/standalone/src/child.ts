import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Requests leave much short-lived garbage: a larger nursery (MiB) is swept less often. What outlives it is collected
 * once the heap is half as large again as what lived on, or 64 MiB, rather than at several times that.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--initial-old-space-size=64',
  '--heap-growing-percent=50',
] as const;

const STOP_PATIENCE_MS = 15_000;
/** Loaded before each program. */
const PRELOADED = ['../../../libs/platform/own-source-maps.js', './leave-with-parent.js'].flatMap((path) => [
  '--import',
  new URL(path, import.meta.url).href,
]);

export interface ChildOptions {
  /** Its name in sentences. */
  readonly name: string;
  /** The compiled program, relative to this file. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that it writes; the log of the run before is kept beside it, with `.1` at the end. */
  readonly logFile: string;
}

/** One of the programs that we start: its own process group, so that Ctrl-C in the terminal leaves the order to us. */
export class Child {
  readonly name: string;
  readonly logFile: string;
  /** Resolves when the process has ended, asked or not, with what it ended by. */
  readonly ended: Promise<string>;
  private readonly process: ChildProcess;

  constructor({ name, program, env, logFile }: ChildOptions) {
    this.name = name;
    this.logFile = logFile;
    if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
    const log = openSync(logFile, 'a', 0o600);
    const main = fileURLToPath(new URL(program, import.meta.url));
    this.process = spawn(process.execPath, [...NODE_FLAGS, ...PRELOADED, main], {
      env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.ended = once(this.process, 'exit').then(
      ([code, signal]) => (typeof signal === 'string' ? signal : `exit code ${String(code)}`),
      (error: unknown) => String(error),
    );
  }

  get hasEnded(): boolean {
    return (
      this.process.pid === undefined || this.process.exitCode !== null || this.process.signalCode !== null
    );
  }

  /** Asks it to stop, waits for it, and ends it when it does not listen. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
