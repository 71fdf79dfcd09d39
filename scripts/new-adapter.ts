import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

const LIST = 'libs/partners/index.ts';
const TEMPLATES = 'scripts/templates/adapter';
const USAGE = 'npm run new:adapter -- <name>            or  npm run new:adapter -- --remove <name>';

/** Something that the person at the terminal can put right. */
export class Refusal extends Error {}

interface Names {
  /** "orange-money": folders and files. */
  readonly name: string;
  /** "orangeMoney": the adapter's constant. */
  readonly camel: string;
  /** "OrangeMoney": classes. */
  readonly pascal: string;
  /** "Orange Money": prose. */
  readonly title: string;
  /** "ORANGE_MONEY": environment variables. */
  readonly upper: string;
}

/** Words that JavaScript keeps for itself, and names that the list or the tools need. */
const TAKEN_NAMES = new Set(
  (
    'adapters await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in index instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** @throws Refusal */
export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length < 2 || name.length > 37) {
    throw new Refusal(
      'An adapter is named with 2 to 37 small letters and digits, in parts joined by "-": "orange-money". ' +
        USAGE,
    );
  }
  if (TAKEN_NAMES.has(name)) throw new Refusal(`"${name}" cannot be the name of an adapter: it is taken.`);
  const parts = name.split('-').map((part) => part.slice(0, 1).toUpperCase() + part.slice(1));
  const pascal = parts.join('');
  const camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return { name, camel, pascal, title: parts.join(' '), upper: name.toUpperCase().replaceAll('-', '_') };
}

const folderOf = (name: string): string => `libs/partners/${name}`;
const simulatorOf = (name: string): string => `apps/sandbox/src/partners/${name}`;

/** Writes the skeleton under `root` and puts it on the list. @throws Refusal */
export async function addAdapter(root: string, name: string): Promise<readonly string[]> {
  const names = namesOf(name);
  const folders = { partner: folderOf(name), simulator: simulatorOf(name) };
  for (const folder of Object.values(folders)) {
    if (existsSync(join(root, folder))) throw new Refusal(`${folder} is there already.`);
  }
  const list = await readFile(join(root, LIST), 'utf8');
  const longer = onList(list, names);
  const written: string[] = [];
  for (const [part, folder] of Object.entries(folders)) {
    written.push(...(await writeSkeleton(root, part, folder, names)));
  }
  await writeFormatted(join(root, LIST), longer);
  return [...written, LIST];
}

/** Takes the adapter off the list and deletes its folders. @throws Refusal */
export async function removeAdapter(root: string, name: string): Promise<void> {
  const names = namesOf(name);
  const folders = [folderOf(name), simulatorOf(name)];
  const present = folders.filter((folder) => existsSync(join(root, folder)));
  if (present.length === 0) throw new Refusal(`There is no adapter "${name}".`);
  const kept = await committedUnder(root, present);
  if (kept.length > 0) {
    throw new Refusal(
      `${present[0] ?? name} is in the repository's history: take it out with "git rm" instead.`,
    );
  }
  const list = await readFile(join(root, LIST), 'utf8');
  await writeFormatted(join(root, LIST), offList(list, names));
  for (const folder of folders) {
    await rm(join(root, folder), { recursive: true, force: true });
    await rm(join(root, 'dist', folder), { recursive: true, force: true });
  }
  // Or the compiler would remember that it has written what is deleted here.
  await rm(join(root, 'dist/.tsbuildinfo'), { force: true });
}

async function writeSkeleton(root: string, part: string, folder: string, names: Names): Promise<string[]> {
  const templates = fileURLToPath(new URL(`../${TEMPLATES}/${part}/`, import.meta.url));
  await mkdir(join(root, folder), { recursive: true });
  const written: string[] = [];
  for (const template of (await readdir(templates)).sort()) {
    const path = join(root, folder, fillIn(template.replace(/\.txt$/, ''), names));
    await writeFormatted(path, fillIn(await readFile(join(templates, template), 'utf8'), names));
    written.push(relative(root, path));
  }
  return written;
}

const fillIn = (template: string, { name, camel, pascal, title, upper }: Names): string =>
  template
    .replaceAll('__name__', name)
    .replaceAll('__camel__', camel)
    .replaceAll('__Name__', pascal)
    .replaceAll('__Title__', title)
    .replaceAll('__NAME__', upper);

async function writeFormatted(path: string, content: string): Promise<void> {
  const rules = await resolveConfig(fileURLToPath(import.meta.url));
  await writeFile(path, await format(content, { ...rules, filepath: path }));
}

const importOf = ({ name, camel }: Names): string =>
  `import { ${camel} } from './${name}/${name}.adapter.js';`;
const ADAPTERS = /(export const adapters: readonly AdapterDefinition\[\] = \[)([^\]]*)(\];)/;

function onList(list: string, names: Names): string {
  const lines = list.split('\n');
  const line = importOf(names);
  const others = lines.filter((other) => /^import .* from '\.\/.*\.adapter\.js';$/.test(other));
  const after =
    others.filter((other) => other < line).at(-1) ?? lines.find((other) => other.startsWith('import '));
  lines.splice(after === undefined ? 0 : lines.indexOf(after) + 1, 0, line);
  return withAdapters(lines.join('\n'), (adapters) => {
    const at = adapters.findIndex((other) => other > names.camel);
    return adapters.toSpliced(at === -1 ? adapters.length : at, 0, names.camel);
  });
}

function offList(list: string, names: Names): string {
  const lines = list.split('\n').filter((line) => line !== importOf(names));
  return withAdapters(lines.join('\n'), (adapters) => adapters.filter((other) => other !== names.camel));
}

function withAdapters(list: string, change: (adapters: readonly string[]) => readonly string[]): string {
  if (!ADAPTERS.test(list))
    throw new Refusal(`${LIST} has no list "adapters" of the form that this script knows.`);
  return list.replace(ADAPTERS, (_all, start: string, inside: string, end: string) => {
    const adapters = inside.split(',').map((adapter) => adapter.trim());
    return start + change(adapters.filter((adapter) => adapter !== '')).join(', ') + end;
  });
}

/** Files of the folders that git keeps; none where there is no git. */
async function committedUnder(root: string, folders: readonly string[]): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      ['ls-tree', '-r', '--name-only', 'HEAD', '--', ...folders],
      {
        cwd: root,
      },
    );
    return stdout.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

async function run(parameters: readonly string[]): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const removing = parameters[0] === '--remove';
  const [name, ...more] = removing ? parameters.slice(1) : parameters;
  if (name === undefined || more.length > 0) throw new Refusal(USAGE);
  if (removing) {
    await removeAdapter(root, name);
    return `The adapter "${name}" is gone.`;
  }
  const written = await addAdapter(root, name);
  return [
    'Written:',
    ...written.map((path) => `  ${path}`),
    '',
    `Next: fill in ${simulatorOf(name)}/simulator.ts, then the tables and the orders of the contract spec.`,
    `\`npm test -- ${folderOf(name)}\` says what is missing. ${folderOf(name)}/README.md ends with what to check.`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await run(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
