import { type Program } from '../support/program.js';
import { type Stack } from '../support/stack.js';
import { type Kind } from './world.js';

const CLOCK_SHIFT = new URL('./clock-shift.js', import.meta.url).href;

/** The api and worker processes of a stack: killed, started, with clocks that are off. */
export class Processes {
  private readonly shifts = new Map<Program, number>();
  private readonly endsSeen = new Map<Program, number>();

  constructor(private readonly stack: Stack) {}

  find(kind: Kind, index: number): Program {
    const program = (kind === 'api' ? this.stack.apis : this.stack.workers)[index];
    if (!program) throw new Error(`there is no ${kind} ${index}`);
    return program;
  }

  async restart(kind: Kind, index: number, signal: NodeJS.Signals): Promise<void> {
    const program = this.find(kind, index);
    await program.kill(signal);
    await this.start(program);
  }

  async shift(kind: Kind, index: number, ms: number): Promise<void> {
    this.shifts.set(this.find(kind, index), ms);
    await this.restart(kind, index, 'SIGTERM');
  }

  /** Those of the sandbox, too: what it books is the oracle. Since this was asked last. */
  newUnaskedEnds(): readonly string[] {
    const { apis, workers, simulators } = this.stack;
    return [...apis, ...workers, simulators].flatMap((program) => {
      const { unaskedEnds } = program;
      const seen = this.endsSeen.get(program) ?? 0;
      this.endsSeen.set(program, unaskedEnds.length);
      return unaskedEnds.slice(seen);
    });
  }

  /** Every process runs, and its clock is right. */
  async heal(): Promise<void> {
    await Promise.all([...this.stack.apis, ...this.stack.workers].map((program) => this.healOne(program)));
  }

  private async healOne(program: Program): Promise<void> {
    if (program.isRunning && program.pid !== undefined) process.kill(program.pid, 'SIGCONT');
    const isOff = (this.shifts.get(program) ?? 0) !== 0;
    this.shifts.delete(program);
    if (isOff) await program.kill('SIGTERM');
    if (!program.isRunning) await this.start(program);
  }

  private start(program: Program): Promise<void> {
    const ms = this.shifts.get(program) ?? 0;
    return program.start(ms === 0 ? [] : ['--import', `${CLOCK_SHIFT}?ms=${ms}`]);
  }
}
