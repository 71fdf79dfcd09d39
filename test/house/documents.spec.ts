import { describe, expect, it } from '@jest/globals';
import { codeOf, anchorsOf, linksOf, pageAt, pages } from './markdown.js';
import { exists, read, tracked } from './tree.js';

/** Folders of ours: code that begins with one of them is taken for a path. */
const FOLDERS = /^(?:\.\/)?(?:apps|libs|docs|config|deploy|test|scripts|\.ci|dist)\//;

/** The partner that the documents invent, files that an operator writes, and names with a part left open. */
const NOT_THERE = [/\bsahel\b/i, /[<>{}*…]|__/, /^config\/keys\//];

/** A compiled program stands for its source. */
const sourceOf = (path: string): string =>
  path.startsWith('dist/') ? path.slice('dist/'.length).replace(/\.js$/, '.ts') : path;

const isThere = (path: string): boolean => {
  const clean = sourceOf(path.replace(/^\.\//, '').replace(/\/$/, ''));
  return exists(clean);
};

const pathsIn = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => FOLDERS.test(word))
    .map((word) => word.replace(/[.,:;]+$/, ''))
    .filter((word) => !NOT_THERE.some((pattern) => pattern.test(word)));

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Scripts that a text tells to run. npm has words of its own for some. */
const scriptsIn = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(
    ([, script, word]) => script ?? word ?? '',
  );

describe('every page', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s leads to what is there', (_path, page) => {
    const dead = linksOf(page).filter(({ file, anchor }) => {
      if (!exists(file)) return true;
      return anchor !== null && file.endsWith('.md') && !anchorsOf(pageAt(file)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it.each(pages.map((page) => [page.path, page] as const))('%s names paths that exist', (_path, page) => {
    expect(pathsIn(codeOf(page)).filter((path) => !isThere(path))).toEqual([]);
  });

  it.each(pages.map((page) => [page.path, page] as const))(
    '%s names scripts that exist',
    (_path, { text }) => {
      expect(scriptsIn(text).filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    },
  );
});

describe('every recipe for an installation', () => {
  const recipes = tracked.filter((path) => path.startsWith('deploy/') || path === 'Jenkinsfile');

  it.each(recipes)('%s starts programs that exist', (path) => {
    const programs = read(path).match(/\bdist\/[\w/.-]+\.js\b/g) ?? [];
    expect(programs.filter((program) => !isThere(program))).toEqual([]);
  });

  it('copies files that exist', () => {
    const copied = [...read('deploy/Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, sources = '']) => sources.split(' '),
    );
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !exists(path))).toEqual([]);
  });
});

describe('the decisions', () => {
  const decisions = tracked.filter((path) => path.startsWith('docs/adr/'));

  it('are counted without a gap, each on a page with its three parts', () => {
    const numbers = decisions.map((path) => Number(path.slice('docs/adr/'.length).split('-')[0]));
    expect(numbers).toEqual(numbers.map((_, n) => n + 1));
    for (const path of decisions) {
      expect(read(path).match(/^## .+$/gm)).toEqual(['## Context', '## Decision', '## Consequence']);
    }
  });

  it('are all told of in the architecture', () => {
    const told = linksOf(pageAt('docs/architecture.md')).map(({ file }) => file);
    expect(decisions.filter((path) => !told.includes(path))).toEqual([]);
  });
});
