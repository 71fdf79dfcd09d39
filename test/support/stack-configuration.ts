import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

type Tree = Readonly<Record<string, unknown>>;

/** What is laid over the configuration in `config/`: trees are merged, everything else replaces. */
export interface Overlays {
  /** By section of default.yaml: `{ worker: { leaseMs: 2000 } }`. */
  readonly settings?: Tree;
  /** By partner id, over its file: `{ 'mpesa-ke': { settings: { timing: … } } }`. One more makes a new file. */
  readonly partners?: Readonly<Record<string, Tree>>;
  /** Which partners there are; default: all of `config/partners`, and those of `partners`. */
  readonly only?: readonly string[];
  /** By partner id, over its settings in sandbox.yaml: `{ 'wave-sn': { payAfterMs: 0 } }`. */
  readonly simulators?: Readonly<Record<string, Tree>>;
}

interface Simulator extends Tree {
  readonly settings?: Tree;
}

const SANDBOX_ORIGIN = 'http://127.0.0.1:4000';

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Trees are merged, everything else above replaces what is below. */
export function laidOver(below: Tree, above: Tree): Tree {
  const merged = Object.entries(above).map(([key, value]) => {
    const under = below[key];
    return [key, isTree(under) && isTree(value) ? laidOver(under, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(merged) };
}

const readYaml = (file: string): Tree => (parse(readFileSync(file, 'utf8')) ?? {}) as Tree;

const writeYaml = (file: string, content: Tree): void => {
  writeFileSync(file, stringify(content));
};

function writePartners(directory: string, sandboxUrl: string, { partners = {}, only }: Overlays): void {
  const folder = join(directory, 'partners');
  const written = readdirSync('config/partners').map((name) => name.replace(/\.ya?ml$/, ''));
  for (const id of new Set([...written, ...Object.keys(partners)])) {
    if (only && !only.includes(id)) continue;
    const file = join('config/partners', `${id}.yaml`);
    const text = written.includes(id) ? readFileSync(file, 'utf8') : '';
    const below = (parse(text.replaceAll(SANDBOX_ORIGIN, sandboxUrl)) ?? {}) as Tree;
    writeYaml(join(folder, `${id}.yaml`), laidOver(below, partners[id] ?? {}));
  }
}

function writeSandbox(directory: string, simulators: Readonly<Record<string, Tree>>): void {
  const below = readYaml('config/sandbox.yaml');
  const written = (below['partners'] ?? {}) as Readonly<Record<string, Simulator>>;
  const laid = Object.entries(written).map(([id, simulator]) => [
    id,
    { ...simulator, settings: laidOver(simulator.settings ?? {}, simulators[id] ?? {}) },
  ]);
  writeYaml(join(directory, 'sandbox.yaml'), { ...below, partners: Object.fromEntries(laid) as Tree });
}

/** Fills a directory with a copy of `config/`, its partners led to the sandbox at that address. */
export function writeConfiguration(directory: string, sandboxUrl: string, overlays: Overlays): void {
  cpSync('config', directory, { recursive: true, filter: (path) => !/partners[/\\].+/.test(path) });
  writeYaml(
    join(directory, 'default.yaml'),
    laidOver(readYaml('config/default.yaml'), overlays.settings ?? {}),
  );
  writePartners(directory, sandboxUrl, overlays);
  writeSandbox(directory, overlays.simulators ?? {});
}
