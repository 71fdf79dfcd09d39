import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILED } from '../../support/compiled.js';

const READY_PATIENCE_MS = 90_000;
const PAUSE_MS = 50;

export interface PeerOrder {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  isReady(): Promise<boolean>;
}

/** True once somebody answers there, whatever the answer. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Somebody else's program as a process of its own, that can be killed and started again. Ends with us. */
export class Peer {
  private child: ChildProcess | undefined;
  private readonly endWithUs = (): void => {
    this.child?.kill('SIGKILL');
  };

  constructor(private readonly order: PeerOrder) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    const { child } = this;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** @throws with the end of its log when it does not become ready */
  async start(): Promise<void> {
    const { command, args, cwd, env, logFile, name } = this.order;
    const log = openSync(logFile, 'a', 0o600);
    this.child = spawn(command, args, {
      cwd,
      env: { ...pathOnly(), ...COMPILED.env, ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    process.once('exit', this.endWithUs);
    const until = performance.now() + READY_PATIENCE_MS;
    while (!(await this.order.isReady())) {
      if (this.isRunning && performance.now() < until) await sleep(PAUSE_MS);
      else throw new Error(`the ${name} does not answer. The end of its log:\n${this.log.slice(-4_000)}`);
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    process.removeListener('exit', this.endWithUs);
    if (!child || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private get log(): string {
    return readFileSync(this.order.logFile, 'utf8');
  }
}

/** Nothing of ours may configure them by accident. */
const pathOnly = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '' });
