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

const collection = { paybill: '600777', merchantName: 'Demo' };
const everything = {
  baseUrl: 'https://sandbox.example',
  collection,
  payouts: { shortCode: '600997' },
  initiatorName: 'gwapi',
};

describe('what a partner file says', () => {
  const problemsOf = (settings: object): readonly string[] =>
    (DarajaSettings.safeParse(settings).error?.issues ?? []).map(({ path }) => path.join('.'));

  it.each([
    ['nothing to do', { baseUrl: everything.baseUrl }, ['']],
    [
      'a till without its store',
      { ...everything, collection: { tillNumber: '600779', merchantName: 'Demo' } },
      ['collection'],
    ],
    [
      'a short code that is a number',
      { ...everything, payouts: { shortCode: 600997 } },
      ['payouts.shortCode'],
    ],
    [
      'a pattern that is none',
      { ...everything, collection: { ...collection, validation: { reference: '(' } } },
      ['collection.validation.reference'],
    ],
    ['a range that is none', { ...everything, sourceRanges: ['10.0.0.0/64'] }, ['sourceRanges.0']],
    ['payouts without initiator', { ...everything, initiatorName: undefined }, ['initiatorName']],
  ])('refuse %s', (_, settings, paths) => {
    expect(problemsOf(settings)).toEqual(paths);
  });

  it('refuse a certificate that is none', () => {
    const { error } = DarajaSecrets.safeParse({ consumerKey: 'k', consumerSecret: 's', certificate: 'PEM' });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['certificate']);
  });
});
