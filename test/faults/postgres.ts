import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
  type StopMode,
} from '../../apps/standalone/src/embedded-postgres.js';
import { LogWatch } from './invariants/log-watch.js';
import { takePort } from './ports.js';

/** A PostgreSQL of this run, that may go and come back with its port and its data. */
export class PostgresControl {
  private server: EmbeddedPostgres | undefined;

  /** What it has written since somebody last looked. */
  readonly log: LogWatch;

  private constructor(
    readonly logFile: string,
    private readonly dataDir: string,
    private readonly port: number,
  ) {
    this.log = new LogWatch([], [logFile]);
  }

  /** Starts one on a temporary data directory, and makes it known to the test support. */
  static async create(): Promise<PostgresControl> {
    const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-faults-'));
    // The user that PostgreSQL runs as has to pass.
    chmodSync(dataDir, 0o711);
    const made = new PostgresControl(join(dataDir, 'postgres.log'), dataDir, await takePort());
    await made.start();
    return made;
  }

  get isRunning(): boolean {
    return this.server !== undefined;
  }

  async start(): Promise<void> {
    if (this.server) return;
    const { dataDir, port, logFile } = this;
    this.server = await startEmbeddedPostgres({ dataDir, port, logFile, ownGroup: false });
    process.env['TEST_DATABASE_ADMIN_URL'] = this.server.url('postgres');
  }

  async stop(mode: StopMode): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.stop(mode);
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop('fast');
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
