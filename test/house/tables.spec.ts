import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DISCREPANCY_KINDS, FAILURE_REASONS, NEXT_STATES, OPERATION_STATES } from '#domain';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#platform';
import { SCOPES } from '../../apps/api/src/auth/scopes.js';
import { problems } from '../../apps/api/src/problems/problems.js';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';
import { pageAt, rowOf, rowsFor, rowsOf } from './markdown.js';
import { read, withExtension } from './tree.js';

const code = (text: string): string => `\`${text}\``;

describe('the legal transitions', () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  it('are the same in the database and in the domain', async () => {
    const rows = await opened.database.query<{ from_state: string; to_state: string }>({
      name: 'legal-transitions',
      text: 'SELECT from_state, to_state FROM legal_transitions',
    });
    const inDatabase = rows.map(({ from_state, to_state }) => `${from_state} → ${to_state}`);
    const inDomain = OPERATION_STATES.flatMap((from) => NEXT_STATES[from].map((to) => `${from} → ${to}`));
    expect(inDatabase.toSorted()).toEqual(inDomain.toSorted());
  });

  it.each(OPERATION_STATES)('of %s are those of the architecture', (state) => {
    const [, next = ''] = rowOf(pageAt('docs/architecture.md'), state) ?? [];
    expect(next).toBe(NEXT_STATES[state].map(code).join(', ') || 'nothing');
  });
});

describe('every word that somebody gets to read', () => {
  it.each(Object.keys(DISCREPANCY_KINDS))('discrepancy %s: what to do about it', (kind) => {
    expect(rowOf(pageAt('docs/operations.md'), kind)).toHaveLength(3);
  });

  it.each(Object.entries(FAILURE_REASONS))('failure %s: as the domain has it', (reason, facts) => {
    const rows = rowsFor(pageAt('docs/problems.md'), reason).map((row) => row.slice(0, 4));
    expect(rows).toContainEqual([code(reason), facts.title, facts.retryable ? 'yes' : 'no', facts.fault]);
  });

  it.each(Object.entries(problems))('problem %s: as the API answers it', (name, facts) => {
    const { status, title, retryable, moneyMoved } = facts;
    const row = [code(name), String(status), title, retryable ? 'yes' : 'no', moneyMoved];
    expect(rowsFor(pageAt('docs/problems.md'), name)).toContainEqual(row);
  });

  it.each(Object.entries(SCOPES))('scope %s: as a token has it', (scope, meaning) => {
    expect(rowOf(pageAt('docs/security.md'), scope)?.slice(0, 2)).toEqual([code(scope), meaning]);
  });

  it('metrics: all of them, and no other', () => {
    const named = (text: string) => text.match(/\bpasserelle_[a-z]+(?:_[a-z]+)*\b/g) ?? [];
    const declared = withExtension('.ts')
      .filter((path) => /^(?:apps|libs)\//.test(path) && !path.endsWith('.spec.ts'))
      .flatMap((path) =>
        [...read(path).matchAll(/name: '(passerelle_[a-z_]+)'/g)].map(([, name = '']) => name),
      );
    const told = rowsOf(pageAt('docs/operations.md')).flatMap(([first = '']) => named(first));
    expect([...new Set(told)].toSorted()).toEqual([...new Set(declared)].toSorted());
  });
});

describe('the settings', () => {
  const dir = mkdtempSync(join(tmpdir(), 'passerelle-house-'));
  const config = readConfig({ PASSERELLE_CONFIG_DIR: dir });
  rmSync(dir, { recursive: true });
  const settings = rowsOf(pageAt('docs/configuration.md')).filter(([first = '']) => /^`\w+\.\w/.test(first));

  const valueAt = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>(
        (tree, key) => (typeof tree === 'object' && tree !== null ? Reflect.get(tree, key) : undefined),
        config,
      );

  it.each(settings.map(([setting = '', , told = '']) => [setting.replaceAll('`', ''), told]))(
    '%s: its default is %s',
    (setting, told) => {
      const value = valueAt(setting);
      if (setting === 'api.publicUrl') expect(value).toBe('http://127.0.0.1:3000');
      else if (Array.isArray(value) && value.length === 0) expect(told).toBe('none');
      // An optional section has defaults only once it is there.
      else if (value === undefined) expect(told).toMatch(/^none$|^`client_id`$/);
      else expect(told).toBe(code(typeof value === 'string' ? value : JSON.stringify(value)));
    },
  );
});
