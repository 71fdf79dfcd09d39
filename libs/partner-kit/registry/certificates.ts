import { X509Certificate } from 'node:crypto';
import { type ClientTls } from '../http/partner-http.js';
import { type DoorTls } from './configuration.js';

/** Something that we show a partner, or know it by, and that is good for a time only. */
export interface Certificate {
  /**
   * `certificate`: ours; `authority`: whom we believe who the partner is. With `inbound`, the same where the partner calls
   * us.
   */
  readonly name: 'certificate' | 'authority' | 'inboundCertificate' | 'inboundAuthority';
  readonly expiresAt: Date;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws where one of them is none */
export const readCertificates = (pem: string): readonly X509Certificate[] =>
  (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));

/** Of a chain the one that ends first. @throws where one of them is none */
export function certificatesOf(
  { certificate, authority }: ClientTls,
  door?: DoorTls,
): readonly Certificate[] {
  return (
    [
      ['certificate', certificate],
      ['authority', authority],
      ['inboundCertificate', door?.certificate],
      ['inboundAuthority', door?.clientAuthority],
    ] as const
  ).flatMap(([name, pem]) => {
    const ends = readCertificates(pem ?? '').map(({ validToDate }) => validToDate.getTime());
    return ends.length === 0 ? [] : [{ name, expiresAt: new Date(Math.min(...ends)) }];
  });
}
