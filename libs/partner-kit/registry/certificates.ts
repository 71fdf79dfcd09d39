import { X509Certificate } from 'node:crypto';
import { type ClientTls } from '../http/partner-http.js';
import { type Certificate } from '../port/adapter.js';
import { type DoorTls } from './configuration.js';

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
