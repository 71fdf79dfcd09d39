import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A line of a log, and whose. */
export interface LogLine {
  readonly file: string;
  readonly text: string;
}

/** Reads logs as they grow: every line is seen once, also those of processes that were killed. */
export class LogWatch {
  private readonly offsets = new Map<string, number>();

  /** @param directories of which every `.log` is read; @param files that are read beside them */
  constructor(
    private readonly directories: readonly string[],
    private readonly files: readonly string[],
  ) {}

  /** The whole lines that were written since the last time. */
  newLines(): readonly LogLine[] {
    const found = this.directories.flatMap((directory) =>
      readdirSync(directory)
        .filter((name) => name.endsWith('.log'))
        .map((name) => join(directory, name)),
    );
    return [...found, ...this.files].flatMap((file) => this.read(file));
  }

  private read(file: string): LogLine[] {
    const from = this.offsets.get(file) ?? 0;
    const descriptor = openSync(file, 'r');
    const bytes = Buffer.alloc(fstatSync(descriptor).size - from);
    readSync(descriptor, bytes, 0, bytes.length, from);
    closeSync(descriptor);
    const end = bytes.lastIndexOf('\n') + 1;
    this.offsets.set(file, from + end);
    const name = basename(file);
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .flatMap((text) => (text === '' ? [] : [{ file: name, text }]));
  }
}
