import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needProgram } from './debian.js';
import { run } from './install.js';

/** In PEM, as everything here. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** One side of a scheme: a participant, or the hub. */
export interface Side {
  /** Its authority's certificate: of its own server, and of the other side's client. */
  readonly authority: string;
  readonly server: Identity;
  /** Shown to the other side, by whose authority it is signed. */
  readonly client: Identity;
  /** For signatures of messages. */
  readonly signing: { readonly publicKey: string; readonly privateKey: string };
}

export interface Exchanged {
  readonly ours: Side;
  readonly hub: Side;
  /** A client's, of an authority that nobody trusts. */
  readonly stranger: Identity;
}

/** What both sides of a scheme have once they have signed each other's requests for certificates: good for two days. */
export async function exchangeCertificates(directory: string): Promise<Exchanged> {
  await needProgram('openssl');
  const us = await Authority.found(directory, 'banque-demo-ca');
  const hub = await Authority.found(directory, 'hub-ca');
  const nobody = await Authority.found(directory, 'nobody-ca');
  return {
    ours: {
      authority: us.certificate,
      server: await us.issue('banque-demo.server', 'serverAuth'),
      client: await hub.issue('banque-demo.client', 'clientAuth'),
      signing: signingKeys(),
    },
    hub: {
      authority: hub.certificate,
      server: await hub.issue('hub.server', 'serverAuth'),
      client: await us.issue('hub.client', 'clientAuth'),
      signing: signingKeys(),
    },
    stranger: await nobody.issue('stranger.client', 'clientAuth'),
  };
}

const signingKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** Without it, openssl lays its own defaults over what is asked for. */
const NOTHING_ELSE = '[req]\ndistinguished_name = name\n[name]\n';

class Authority {
  private constructor(
    private readonly directory: string,
    private readonly name: string,
  ) {}

  static async found(directory: string, name: string): Promise<Authority> {
    const authority = new Authority(directory, name);
    writeFileSync(authority.file('cnf'), NOTHING_ELSE);
    await authority.certify(name, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
    return authority;
  }

  get certificate(): string {
    return readFileSync(this.file('pem'), 'utf8');
  }

  async issue(name: string, usage: 'serverAuth' | 'clientAuth'): Promise<Identity> {
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      `extendedKeyUsage=${usage}`,
      'subjectAltName=IP:127.0.0.1',
    ];
    await this.certify(name, extensions, ['-CA', this.file('pem'), '-CAkey', this.file('key')]);
    return {
      certificate: readFileSync(this.file('pem', name), 'utf8'),
      key: readFileSync(this.file('key', name), 'utf8'),
    };
  }

  private certify(name: string, extensions: readonly string[], signer: readonly string[] = []) {
    const args = [
      ...['req', '-x509', '-config', this.file('cnf'), '-days', '2', '-subj', `/CN=${name}`, '-nodes'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-keyout', this.file('key', name), '-out', this.file('pem', name)],
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ];
    return run('openssl', [...args, ...signer], this.directory);
  }

  private readonly file = (ending: string, name = this.name): string =>
    join(this.directory, `${name}.${ending}`);
}
