import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DarajaSecrets, DarajaSettings } from './daraja.settings.js';

interface PartnerFile {
  readonly settings: unknown;
  readonly secrets: Readonly<Record<string, string>>;
}

const example = (): string =>
  /```yaml\n(.*?)```/s.exec(readFileSync('libs/partners/daraja/README.md', 'utf8'))?.[1] ?? '';

describe('a partner file', () => {
  it.each([
    ['that the sandbox goes with', () => readFileSync('config/partners/mpesa-ke.yaml', 'utf8')],
    ['that the README shows', example],
  ])('%s is one that the adapter takes', (_, read) => {
    const { settings, secrets } = parse(read()) as PartnerFile;
    expect(DarajaSettings.safeParse(settings).error).toBeUndefined();
    expect(Object.keys(secrets).sort()).toEqual(Object.keys(DarajaSecrets.shape).sort());
  });

  it('that the README shows writes the defaults as they are', () => {
    const { settings } = parse(example()) as PartnerFile;
    const { limits, timing, sourceCheck } = DarajaSettings.parse(settings);
    const defaults = DarajaSettings.parse({
      baseUrl: 'http://127.0.0.1:1',
      collection: { paybill: '600777', merchantName: 'Demo' },
    });
    expect({ limits, timing, sourceCheck }).toEqual({
      limits: defaults.limits,
      timing: defaults.timing,
      sourceCheck: defaults.sourceCheck,
    });
  });
});
