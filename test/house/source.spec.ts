import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import ts from 'typescript';
import { linesWith, read, ROOT, tracked, withExtension } from './tree.js';

const sources = withExtension('.ts');

/** Put together, so that this file does not hold what it looks for. */
const word = (...parts: readonly string[]): string => parts.join('');
const oneOf = (...words: readonly string[]): RegExp => new RegExp(words.join('|'));

const trees = new Map(
  sources.map((path) => [path, ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)]),
);

const found = (pattern: RegExp): string[] => sources.flatMap((path) => linesWith(path, pattern));

function holds(node: ts.Node, is: (node: ts.Node) => boolean): boolean {
  return is(node) || (ts.forEachChild(node, (child) => holds(child, is)) ?? false);
}

const pathsWhere = (is: (node: ts.Node) => boolean): string[] =>
  [...trees].flatMap(([path, tree]) => (holds(tree, is) ? [path] : []));

describe('our sources', () => {
  it('hide no payload behind a type that is any', () => {
    expect(pathsWhere(({ kind }) => kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
  });

  it('have no circle that needs a forward reference', () => {
    const name = word('forward', 'Ref');
    expect(pathsWhere((node) => ts.isIdentifier(node) && node.text === name)).toEqual([]);
  });

  it('silence neither the linter nor the compiler', () => {
    const directives = ['ignore', 'expect-error', 'nocheck'].map((name) => word('@ts', '-', name));
    expect(found(oneOf(word('eslint', '-disable'), ...directives, word('prettier', '-ignore')))).toEqual([]);
  });

  it('leave nothing for later', () => {
    expect(found(oneOf(...[word('TO', 'DO'), word('FIX', 'ME')].map((one) => `\\b${one}\\b`)))).toEqual([]);
  });
});

/** Files over 300 lines, each with the reason for it. */
const LONG_FOR_A_REASON: Readonly<Record<string, string>> = {};

describe('every file of the product', () => {
  const product = sources.filter(
    (path) => /^(?:apps|libs)\//.test(path) && !/\.spec\.ts$|\/migrations\//.test(path),
  );

  it('is short, or says why it is not', () => {
    const long = product.filter((path) => read(path).trimEnd().split('\n').length > 300);
    expect(long).toEqual(Object.keys(LONG_FOR_A_REASON));
  });

  it('has something to say of its own: only a door of a library passes on what others say', () => {
    const doors = /^libs\/[^/]+\/(?:testing\/)?index\.ts$|^apps\/[^/]+\/src\/partners\.ts$/;
    const barrels = product.filter((path) => {
      const statements = trees.get(path)?.statements ?? [];
      return statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined);
    });
    expect(barrels.filter((path) => !doors.test(path))).toEqual([]);
  });

  it('passes nothing on without naming it', () => {
    expect(pathsWhere((node) => ts.isExportDeclaration(node) && node.exportClause === undefined)).toEqual([]);
  });
});

interface Cruised {
  readonly modules: readonly {
    readonly dependencies: readonly { readonly module: string; readonly resolved: string }[];
  }[];
}

describe('the table of who may import whom', () => {
  it('sees which library a name stands for', () => {
    const [depcruise, ...rest] = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config'];
    const report = execFileSync(
      process.execPath,
      [depcruise, ...rest, '.dependency-cruiser.cjs', '--output-type', 'json', 'libs/platform/clock.ts'],
      { cwd: ROOT, encoding: 'utf8' },
    );
    const { modules } = JSON.parse(report) as Cruised;
    const domain = modules
      .flatMap(({ dependencies }) => dependencies)
      .find((one) => one.module === '#domain');
    expect(domain?.resolved).toBe('libs/domain/index.ts');
  });
});

describe('what git keeps', () => {
  it('names no registry', () => {
    const hosts = [
      word('registry', String.raw`\.`, '(?:npmjs|yarnpkg)'),
      word('npm', String.raw`\.pkg\.`),
      word('npm', 'mirror'),
      word('gh', String.raw`cr\.io`),
      word('docker', String.raw`\.io`),
      word('quay', String.raw`\.io`),
      word('gcr', String.raw`\.io`),
    ];
    expect(tracked.flatMap((path) => linesWith(path, oneOf(...hosts)))).toEqual([]);
  });
});

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Where Node would look for a package that another one needs, from the inside outwards. */
function placesFor(name: string, path: string): readonly string[] {
  const inner = `${path}/node_modules/${name}`;
  const outer = path.lastIndexOf('node_modules/');
  return outer < 0 ? [inner] : [inner, ...placesFor(name, path.slice(0, Math.max(outer - 1, 0)))];
}

describe('the lock file', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

  it('says what is installed, and not where from', () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
  });

  it('knows what other machines need, or `npm ci` refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) =>
        placesFor(name, path).every((place) => !(place.replace(/^\//, '') in packages)),
      ),
    );
    expect(missing).toEqual([]);
  });
});
