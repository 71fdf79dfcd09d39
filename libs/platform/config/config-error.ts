/** One wrong key. `source` is a file or an environment variable; `message` never holds the value. */
export interface ConfigProblem {
  readonly source: string;
  readonly path: string;
  readonly message: string;
}

const line = ({ source, path, message }: ConfigProblem): string =>
  path === '' ? `  ${source}: ${message}` : `  ${source}: ${path}: ${message}`;

/** The configuration cannot be used: names every wrong key at once, never what it holds. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(`The configuration is wrong:\n${problems.map(line).join('\n')}`);
  }
}
