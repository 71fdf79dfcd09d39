import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { type z } from 'zod';
import { errorCode } from '../error-code.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { type Override, readOverrides } from './environment.js';
import { PARTNER_ID, type PartnerConfig, PartnerSchema, type Settings, SettingsSchema } from './schema.js';

/** Everything that was configured, read once and frozen. Secrets are still references. */
export interface Config extends Settings {
  /** Absolute path; `file:` references are relative to it. */
  readonly configDir: string;
  readonly api: Settings['api'] & { readonly publicUrl: string };
  /** Those switched off as well. */
  readonly partners: readonly PartnerConfig[];
}

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `undefined` when the file is not there; an empty file is an empty object. */
function readYaml(file: string, problems: ConfigProblem[]): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    problems.push({ source: file, path: '', message: 'cannot be read' });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // The parser's own messages quote the file: only the place is told.
  for (const { pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    problems.push({ source: file, path: '', message: `is not valid YAML (line ${line}, column ${col})` });
  }
  return document.errors.length > 0 ? undefined : (document.toJS() ?? {});
}

function place(tree: Tree, [key = '', ...rest]: readonly string[], value: unknown): Tree {
  if (rest.length === 0) return { ...tree, [key]: value };
  const inner = tree[key];
  return { ...tree, [key]: place(isTree(inner) ? inner : {}, rest, value) };
}

/** zod's messages say what was expected and name unknown keys; they never repeat a value. */
function toProblems(error: z.ZodError, file: string, overrides: readonly Override[]): ConfigProblem[] {
  return error.issues.map((issue) => {
    const path = issue.path.join('.');
    const from = overrides.findLast(
      (one) => path === one.path.join('.') || path.startsWith(`${one.path.join('.')}.`),
    );
    return { source: from?.name ?? file, path, message: issue.message };
  });
}

function readSettings(dir: string, env: NodeJS.ProcessEnv, problems: ConfigProblem[]): Settings | undefined {
  const file = join(dir, 'default.yaml');
  const overrides = readOverrides(env, problems);
  const written = readYaml(file, problems) ?? {};
  const tree = isTree(written)
    ? overrides.reduce((grown, { path, value }) => place(grown, path, value), written)
    : written;
  const parsed = SettingsSchema.safeParse(tree);
  if (!parsed.success) problems.push(...toProblems(parsed.error, file, overrides));
  return parsed.data;
}

function listFiles(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readPartner(file: string, name: string, problems: ConfigProblem[]): PartnerConfig[] {
  const id = name.replace(/\.ya?ml$/, '');
  if (!PARTNER_ID.test(id)) {
    problems.push({
      source: file,
      path: '',
      message: 'the file name is the partner id: 2 to 40 of a-z 0-9 -',
    });
    return [];
  }
  const written = readYaml(file, problems);
  if (written === undefined) return [];
  const parsed = PartnerSchema.safeParse(written);
  if (parsed.success) return [{ ...parsed.data, id, file }];
  problems.push(...toProblems(parsed.error, file, []));
  return [];
}

function readPartners(dir: string, problems: ConfigProblem[]): PartnerConfig[] {
  return listFiles(dir)
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => readPartner(join(dir, entry.name), entry.name, problems));
}

function urlOf({ host, port }: Settings['api']): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

/**
 * The configuration: `default.yaml` and `partners/*.yaml` in `PASSERELLE_CONFIG_DIR` (default `./config`), then
 * the environment over it. A directory without `default.yaml` means every default.
 * @throws ConfigError naming every wrong key, never its content
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const configDir = resolve(env['PASSERELLE_CONFIG_DIR'] ?? 'config');
  const problems: ConfigProblem[] = [];
  if (!existsSync(configDir)) {
    problems.push({ source: configDir, path: '', message: 'this directory does not exist' });
  }
  const settings = readSettings(configDir, env, problems);
  const partners = readPartners(join(configDir, 'partners'), problems);
  if (settings === undefined || problems.length > 0) throw new ConfigError(problems);
  const publicUrl = (settings.api.publicUrl ?? urlOf(settings.api)).replace(/\/+$/, '');
  return deepFreeze({ ...settings, configDir, api: { ...settings.api, publicUrl }, partners });
}
