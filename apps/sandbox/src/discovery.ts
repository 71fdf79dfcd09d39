import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Simulator } from './kit/simulator.js';

const partners = new URL('./partners/', import.meta.url);

/** Every operator that has a folder with a `simulator` file, by the folder's name. */
export async function discoverSimulators(): Promise<ReadonlyMap<string, Simulator>> {
  const folders = (await readdir(partners, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = await Promise.all(folders.map(async ({ name }) => [name, await load(name)] as const));
  return new Map(found.flatMap(([name, simulator]) => (simulator ? [[name, simulator] as const] : [])));
}

/** The file carries this file's own extension: `.js` once compiled, `.ts` where TypeScript is run as it is. */
async function load(operator: string): Promise<Simulator | undefined> {
  const name = `simulator${extname(import.meta.url)}`;
  const folder = new URL(`${operator}/`, partners);
  if (!(await readdir(folder)).includes(name)) return undefined;
  const loaded = (await import(new URL(name, folder).href)) as { default: Simulator };
  return loaded.default;
}
