import { dirname, normalize } from 'node:path';
import { read, withExtension } from './tree.js';

/** A page of ours, without its blocks of code where `prose` is asked for. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly prose: string;
}

const FENCED = /^(```+|~~~+)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm;

export const pages: readonly Page[] = withExtension('.md').map((path) => {
  const text = read(path);
  return { path, text, prose: text.replace(FENCED, '') };
});

export function pageAt(path: string): Page {
  const page = pages.find((one) => one.path === path);
  if (!page) throw new Error(`there is no ${path}`);
  return page;
}

/** Where a page leads to; `file` is relative to the root, `anchor` without its #. */
export interface Link {
  readonly file: string;
  readonly anchor: string | null;
}

/** Links to other files of ours and to places inside of them. */
export function linksOf({ path, prose }: Page): readonly Link[] {
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return {
        file: file === '' ? path : normalize(`${dirname(path)}/${file}`),
        anchor: anchor ?? null,
      };
    });
}

/** The anchors of a page's headings, as forges make them. */
export const anchorsOf = ({ prose }: Page): readonly string[] =>
  [...prose.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );

/** What stands between single backticks. */
export const codeOf = ({ prose }: Page): readonly string[] =>
  [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** The cells of every row of every table, trimmed, without the rulers. */
export const rowsOf = ({ text }: Page): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );

/** The rows whose first cell is that code. */
export const rowsFor = (page: Page, code: string): readonly (readonly string[])[] =>
  rowsOf(page).filter(([first]) => first === `\`${code}\``);

export const rowOf = (page: Page, code: string): readonly string[] | undefined => rowsFor(page, code)[0];
