import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ecKeys, rsaKeys } from './fixtures/keys.js';
import { stage } from './fixtures/stage.js';
import { FspiopSecrets, FspiopSettings } from './mojaloop-fspiop.settings.js';

const peers = { switch: ecKeys().publicKey };
const settings = (more: object = {}) =>
  FspiopSettings.safeParse({
    baseUrl: 'https://switch.example',
    from: { idType: 'ACCOUNT_ID', idValue: 'SN-DEMO-0001', fspId: 'banque-demo' },
    peers,
    ...more,
  });
const complaint = (more: object) => settings(more).error?.issues.map(({ path }) => path.join('.'));

describe('the settings of a scheme', () => {
  it('need little more than an address and who we are', () => {
    expect(settings().data).toMatchObject({
      country: 'SN',
      currency: 'XOF',
      version: '1.1',
      verifySignatures: true,
      signedParties: true,
      idTypes: ['MSISDN', 'IBAN', 'ACCOUNT_ID', 'ACCOUNT_NO', 'ALIAS', 'BUSINESS'],
    });
    expect(settings({ country: 'KE' }).data).toMatchObject({ currency: 'KES' });
  });

  it('say to a transfer what their version knows', () => {
    expect(settings().data).toMatchObject({ answersTransfers: 'RESERVED', switchId: 'switch' });
    expect(settings({ version: '1.0' }).data).toMatchObject({ answersTransfers: 'COMMITTED' });
  });

  it('know every name of the switch', () => {
    expect(settings().data?.switchNames).toEqual(['switch']);
    expect(settings({ switchId: 'Hub', switchNames: ['switch'] }).data?.switchNames).toEqual([
      'Hub',
      'switch',
    ]);
  });

  it('take the keys of others from files, too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'passerelle-peers-'));
    const file = join(folder, 'switch.pem');
    writeFileSync(file, rsaKeys().publicKey);
    expect(settings({ peers: { switch: `file:${file}` } }).data?.peers['switch']).toMatchObject({
      key: { asymmetricKeyType: 'rsa' },
      endsAt: null,
    });
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['collectInto.idType', { collectInto: { idType: 'EMAIL', idValue: 'a@b.sn' } }],
    ['collectInto.idValue', { collectInto: { idType: 'MSISDN', idValue: '+221770000042' } }],
    ['collectInto.idType', { idTypes: ['MSISDN'], collectInto: { idType: 'BUSINESS', idValue: '4711' } }],
    ['requestToPay.openForMs', { requestToPay: { openForMs: 10 } }],
    ['requestToPay', { requestToPay: { release: '24.19' } }],
    ['peers.switch', { peers: { switch: 'no key' } }],
    ['peers.switch', { peers: { switch: 'file:/there/is/no/such/file.pem' } }],
    ['peers.switch', { peers: { switch: rsaKeys(1_024).publicKey } }],
    ['limits', { limits: { least: '10', most: '5' } }],
    ['limits', { limits: { least: '1.50', most: '5' } }],
    ['from.idValue', { from: { idType: 'ALIAS', idValue: 'a/b', fspId: 'bank' } }],
    ['baseUrl', { baseUrl: 'ftp://switch.example' }],
    ['tokenPath', { tokenPath: 'oauth2/token' }],
    ['idTypes', { idTypes: [] }],
    ['answersTransfers', { version: '1.0', answersTransfers: 'RESERVED' }],
  ])('are wrong in %s', (path, more) => {
    expect(complaint(more)).toEqual([path]);
  });
});

describe('a key that is given in a certificate', () => {
  const certificate = readFileSync(
    new URL('../../partner-kit/http/fixtures/client.pem', import.meta.url),
    'utf8',
  );

  it('is taken out of it, and its end is watched', () => {
    const { adapter } = stage({}, { peers: { 'payee-demo': certificate, switch: peers.switch } });
    expect(adapter.certificates).toEqual([
      { name: 'peer:payee-demo', expiresAt: new Date('2126-10-28T16:02:37Z') },
    ]);
  });
});

describe('the keys of others among the secrets', () => {
  const read = (peerKeys: string) => FspiopSecrets.safeParse({ peerKeys });

  it('are a JSON object of PEM', () => {
    const { data } = read(JSON.stringify({ switch: rsaKeys().publicKey }));
    expect(data?.peerKeys?.['switch']?.key.asymmetricKeyType).toBe('rsa');
    for (const wrong of ['no JSON', '[]', '{"switch":"no key"}']) expect(read(wrong).success).toBe(false);
  });
});
