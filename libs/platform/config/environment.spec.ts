import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VARIABLES } from './environment.js';

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  it.each(VARIABLES.map(({ name, path }) => [name, path.join('.')]))('tells of %s', (name, setting) => {
    const row = page.split('\n').find((line) => line.replace(/ +/g, ' ').startsWith(`| \`${setting}\` |`));
    expect(row).toContain(`\`${name}\``);
  });

  it('tells of nothing else', () => {
    const told = page.match(/`(?:PASSERELLE|DATABASE)_[A-Z_]+`/g) ?? [];
    const known = new Set(['`PASSERELLE_CONFIG_DIR`', ...VARIABLES.map(({ name }) => `\`${name}\``)]);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });
});
