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

/** The door of this stack; none where nobody keeps the accounts, nor for who is switched off: one port is one partner's. */
function withDoor(partner: Tree, kept: readonly string[], port: number): Tree {
  const { inbound, ...others } = partner;
  if (!isTree(inbound)) return partner;
  return kept.includes(String(inbound['creditsThrough'])) && partner['enabled'] !== false
    ? { ...others, inbound: { ...inbound, port, sharesPort: true } }
    : others;
}

function writePartners(
  directory: string,
  { sandboxUrl, inboundPort, ownDoors = {} }: Wiring,
  { partners = {}, only }: Overlays,
): void {
  const folder = join(directory, 'partners');
  const written = readdirSync('config/partners').map((name) => name.replace(/\.ya?ml$/, ''));
  const kept = [...new Set([...written, ...Object.keys(partners)])].filter(
    (id) => only?.includes(id) ?? true,
  );
  for (const id of kept) {
    const file = join('config/partners', `${id}.yaml`);
    const text = written.includes(id) ? readFileSync(file, 'utf8') : '';
    const below = (parse(text.replaceAll(SANDBOX_ORIGIN, sandboxUrl)) ?? {}) as Tree;
    const port = ownDoors[id]?.port ?? inboundPort;
    writeYaml(join(folder, `${id}.yaml`), withDoor(laidOver(below, partners[id] ?? {}), kept, port));
  }
}

/** Where it calls us. */
const withConnector = (settings: Tree, connectorUrl: string): Tree =>
  'connectorUrl' in settings ? { ...settings, connectorUrl } : settings;

function writeSandbox(
  directory: string,
  { inboundPort, connectorUrl = `http://127.0.0.1:${inboundPort}`, ownDoors = {} }: Wiring,
  simulators: Readonly<Record<string, Tree>>,
): void {
  const below = readYaml('config/sandbox.yaml');
  const written = (below['partners'] ?? {}) as Readonly<Record<string, Simulator>>;
  const laid = Object.entries(written).map(([id, simulator]) => [
    id,
    {
      ...simulator,
      settings: laidOver(
        withConnector(simulator.settings ?? {}, ownDoors[id]?.url ?? connectorUrl),
        simulators[id] ?? {},
      ),
    },
  ]);
  writeYaml(join(directory, 'sandbox.yaml'), { ...below, partners: Object.fromEntries(laid) as Tree });
}

/** Where partners are, and where they ask us. */
export interface Wiring {
  readonly sandboxUrl: string;
  readonly inboundPort: number;
  /** The way there, for the sandbox; default: straight to that port. */
  readonly connectorUrl?: string;
  /** Partners with a door beside that one: the port, and the way there. */
  readonly ownDoors?: Readonly<Record<string, { readonly port: number; readonly url: string }>>;
}

/** Fills a directory with a copy of `config/`, its partners led to the sandbox at that address. */
export function writeConfiguration(directory: string, wiring: Wiring, overlays: Overlays): void {
  cpSync('config', directory, { recursive: true, filter: (path) => !/partners[/\\].+/.test(path) });
  writeYaml(
    join(directory, 'default.yaml'),
    laidOver(readYaml('config/default.yaml'), overlays.settings ?? {}),
  );
  writePartners(directory, wiring, overlays);
  writeSandbox(directory, wiring, overlays.simulators ?? {});
}
