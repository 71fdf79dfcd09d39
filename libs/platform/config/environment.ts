import { parse } from 'yaml';
import { z } from 'zod';
import { type ConfigProblem } from './config-error.js';
import { SettingsSchema } from './schema.js';

/** Names that came before the scheme and are kept beside it. */
const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  DATABASE_URL: ['database', 'url'],
  PASSERELLE_PUBLIC_URL: ['api', 'publicUrl'],
};

/** The parts of a JSON Schema that tell what a text from the environment should become. */
const Shape = z.object({
  type: z.string().optional(),
  get properties() {
    return z.record(z.string(), Shape).optional();
  },
  get items() {
    return Shape.optional();
  },
});
type Shape = z.infer<typeof Shape>;

export interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  readonly shape: Shape;
}

/** A value from the environment, and where it goes. */
export interface Override extends Variable {
  readonly value: unknown;
}

const upperSnake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

function leaves(shape: Shape, path: readonly string[]): Variable[] {
  if (shape.properties === undefined) {
    return [{ name: `PASSERELLE_${path.map(upperSnake).join('_')}`, path, shape }];
  }
  return Object.entries(shape.properties).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** Every setting with the variable that overrides it: `api.bodyLimitBytes` is `PASSERELLE_API_BODY_LIMIT_BYTES`. */
export const VARIABLES: readonly Variable[] = (() => {
  const all = leaves(Shape.parse(z.toJSONSchema(SettingsSchema, { io: 'input' })), []);
  const short = Object.entries(SHORT_NAMES).map(([name, path]) => ({
    name,
    path,
    shape: all.find((variable) => variable.path.join('.') === path.join('.'))?.shape ?? {},
  }));
  return [...short, ...all];
})();

const sections = new Set(Object.keys(SettingsSchema.shape).map((section) => section.toUpperCase()));

/** Only names of our own sections are ours to refuse: PASSERELLE_CONFIG_DIR and others have other readers. */
const isMistyped = (name: string): boolean => {
  const section = /^PASSERELLE_([A-Z]+)_/.exec(name)?.[1];
  return section !== undefined && sections.has(section) && !VARIABLES.some((known) => known.name === name);
};

function convert(text: string, { type, items }: Shape): unknown {
  if (type === 'integer' || type === 'number') return text.trim() === '' ? text : Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type !== 'array') return text;
  if (items?.type === 'object') return parse(text) as unknown;
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function override(variable: Variable, text: string, problems: ConfigProblem[]): Override[] {
  try {
    return [{ ...variable, value: convert(text, variable.shape) }];
  } catch {
    // The parser's own words would repeat the value.
    problems.push({ source: variable.name, path: '', message: 'is not a list in JSON or YAML' });
    return [];
  }
}

/** What the environment sets. An empty variable is one that is not set. A short name wins over a long one. */
export function readOverrides(env: NodeJS.ProcessEnv, problems: ConfigProblem[]): Override[] {
  for (const name of Object.keys(env).filter(isMistyped)) {
    problems.push({ source: name, path: '', message: 'is not a setting' });
  }
  const found = VARIABLES.flatMap((variable) => {
    const text = env[variable.name];
    return text === undefined || text === '' ? [] : override(variable, text, problems);
  });
  return found.toReversed();
}
