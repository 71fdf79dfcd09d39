import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_FLAGS } from '../../apps/standalone/src/child.js';
import { COMPILED } from './compiled.js';

/** As the standalone program loads them before each child. */
const PRELOADED = [
  'dist/libs/platform/own-source-maps.js',
  'dist/apps/standalone/src/leave-with-parent.js',
].flatMap((path) => ['--import', resolve(path)]);
const READY_PATIENCE_MS = 120_000;
const STOP_PATIENCE_MS = 20_000;
const PAUSE_MS = 25;

export interface ProgramOrder {
  readonly name: string;
  /** The compiled program, below `dist/apps`. */
  readonly main: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** It is ready when this answers 2xx. */
  readonly readyUrl: string;
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** One compiled program as a process of its own; it can be killed and started again, and leaves with us. */
export class Program {
  private child: ChildProcess | undefined;
  private ready: ChildProcess | undefined;
  /** The signals that were sent to this child, and so may end it. */
  private readonly told = new Set<NodeJS.Signals>();
  private readonly unasked: string[] = [];

  constructor(private readonly order: ProgramOrder) {}

  get name(): string {
    return this.order.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** It runs, and has answered since it was started. */
  get isReady(): boolean {
    return this.isRunning && this.ready === this.child;
  }

  /**
   * Ends that nobody asked for, over all its starts: by itself once it was ready, otherwise than it was told, or killed
   * since it had not stopped.
   */
  get unaskedEnds(): readonly string[] {
    return this.unasked;
  }

  /** Everything that it has written so far, over all its starts. */
  get log(): string {
    return readFileSync(this.order.logFile, 'utf8');
  }

  /**
   * @param moreFlags for Node, this time
   * @throws with the end of its log when it does not become ready
   */
  async start(moreFlags: readonly string[] = []): Promise<void> {
    if (this.isRunning) throw new Error(`the ${this.name} is running already`);
    const { main, env, logFile } = this.order;
    const log = openSync(logFile, 'a', 0o600);
    const flags = [...NODE_FLAGS, ...PRELOADED, ...COMPILED.flags, ...moreFlags];
    this.told.clear();
    const child = spawn(process.execPath, [...flags, resolve('dist/apps', main)], {
      env: { ...env, ...COMPILED.env },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.child = child;
    child.channel?.unref();
    child.unref();
    child.once('exit', () => {
      if (this.ready === child) this.noteEnd(child);
    });
    await this.untilReady();
    this.ready = child;
  }

  /** Sends the signal and waits for the end. SIGTERM asks nicely, and is followed by SIGKILL when it is not heard. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || !this.isRunning) return;
    child.ref();
    const ended = once(child, 'exit');
    this.told.add(signal);
    child.kill(signal);
    const timer = setTimeout(() => {
      this.told.add('SIGKILL');
      this.unasked.push(`the ${this.name} was told to stop, and had not after ${STOP_PATIENCE_MS / 1_000} s`);
      child.kill('SIGKILL');
    }, STOP_PATIENCE_MS);
    await ended;
    clearTimeout(timer);
  }

  private get ending(): string {
    return this.child ? endingOf(this.child) : 'never started';
  }

  private noteEnd(child: ChildProcess): void {
    const { exitCode, signalCode } = child;
    const told = [...this.told];
    if (told.length > 0 && (exitCode === 0 || told.some((signal) => signal === signalCode))) return;
    const how = told.length === 0 ? 'ended by itself' : `was told to end by ${told.join(' and ')}, and ended`;
    this.unasked.push(`the ${this.name} ${how} (${endingOf(child)})`);
  }

  private async untilReady(): Promise<void> {
    const until = performance.now() + READY_PATIENCE_MS;
    while (!(await answers(this.order.readyUrl))) {
      if (!this.isRunning) throw this.failure(`has ended (${this.ending})`);
      if (performance.now() > until) throw this.failure('does not answer');
      await sleep(PAUSE_MS);
    }
  }

  private failure(what: string): Error {
    return new Error(`the ${this.name} ${what}. The end of its log:\n${this.log.slice(-4_000)}`);
  }
}

const endingOf = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode ?? `exit code ${exitCode ?? 'unknown'}`;
