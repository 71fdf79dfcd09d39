import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addAdapter, namesOf, Refusal, removeAdapter } from '../../scripts/new-adapter.js';

const LIST = 'libs/partners/index.ts';
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'new-adapter-'));
  await mkdir(join(root, 'apps/sandbox/src/partners/wave'), { recursive: true });
  await mkdir(join(root, 'libs/partners/wave'), { recursive: true });
  await cp(LIST, join(root, LIST));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const list = () => readFile(join(root, LIST), 'utf8');
const everything = async () => (await readdir(root, { recursive: true })).sort();

describe('a new adapter', () => {
  it('is a folder, a simulator and one line of the list', async () => {
    const written = await addAdapter(root, 'orange-money');
    expect(written).toEqual(
      expect.arrayContaining([
        'libs/partners/orange-money/README.md',
        'libs/partners/orange-money/orange-money.adapter.ts',
        'libs/partners/orange-money/orange-money.contract.spec.ts',
        'apps/sandbox/src/partners/orange-money/simulator.ts',
        LIST,
      ]),
    );
    expect(await list()).toContain("import { orangeMoney } from './orange-money/orange-money.adapter.js';");
    expect(await list()).toMatch(/adapters: readonly AdapterDefinition\[\] = \[[^\]]*orangeMoney[^\]]*\];/);
    expect(new Set(written.map((path) => dirname(path)))).toEqual(
      new Set(['libs/partners/orange-money', 'apps/sandbox/src/partners/orange-money', 'libs/partners']),
    );
  });

  it('has no blank left in what is written', async () => {
    for (const path of await addAdapter(root, 'sahel')) {
      expect(await readFile(join(root, path), 'utf8')).not.toMatch(/__\w+__/);
      expect(path).not.toMatch(/__|\.txt$/);
    }
  });

  it('leaves no trace when it is taken away, whatever came before or after', async () => {
    const before = { list: await list(), files: await everything() };
    for (const name of ['acme', 'sahel', 'zzz']) await addAdapter(root, name);
    for (const name of ['sahel', 'acme', 'zzz']) await removeAdapter(root, name);
    expect({ list: await list(), files: await everything() }).toEqual(before);
  });

  it('starts an empty list', async () => {
    const empty =
      "import { type AdapterDefinition } from '#partner-kit';\n\nexport const adapters: readonly AdapterDefinition[] = [];\n";
    await writeFile(join(root, LIST), empty);
    await addAdapter(root, 'acme');
    expect(await list()).toContain('= [acme];');
    await removeAdapter(root, 'acme');
    expect(await list()).toBe(empty);
  });

  it.each([
    '',
    'a',
    'Acme',
    '2acme',
    'acme_bank',
    'acme-',
    '../acme',
    'acme/x',
    'class',
    'index',
    'a'.repeat(38),
  ])('is not called %j', (name) => {
    expect(() => namesOf(name)).toThrow(Refusal);
  });

  it('never takes the place of another', async () => {
    await expect(addAdapter(root, 'wave')).rejects.toThrow('libs/partners/wave is there already.');
    await expect(removeAdapter(root, 'nobody')).rejects.toThrow('There is no adapter "nobody".');
    expect(await list()).not.toContain('nobody');
  });
});
