import { InboundRefused, type RawCallback } from '#partner-kit';
import { type InboundMemo } from './mojaloop-fspiop.inbound.wire.js';

/** Major and minor, as an answer of 406 names them. A minor adds fields that may be left out, and takes none away. */
export const SPOKEN_VERSIONS = [
  ['1', '0'],
  ['1', '1'],
  ['2', '0'],
] as const;
export type Major = (typeof SPOKEN_VERSIONS)[number][0];

const MEDIA_TYPE =
  /^application\/vnd\.interoperability\.(?<of>\w+)\+json(?:\s*;\s*version\s*=\s*(?<version>\d{1,3}(?:\.\d{1,3})?))?(?:\s*;\s*charset\s*=\s*"?[\w-]+"?)?$/i;

/** Without a version, whichever is spoken will do. */
const ANY = '';

export type WantedVersion = Pick<InboundMemo, 'major' | 'minor'>;

/** @throws InboundRefused */
export function sourceOf({ headers }: RawCallback): string {
  const source = headers['fspiop-source'];
  if (source === undefined || source === '') throw new InboundRefused('missing', 'fspiop-source: is missing');
  return source;
}

/**
 * `Content-Type`, `Date`, and of a request `Accept`: there, to be read, and of a version that we speak.
 * @returns the version that the answer is wanted in, as it is kept
 * @throws InboundRefused
 */
export function checkHeaders({ headers }: RawCallback, resource: string): WantedVersion {
  const { 'content-type': contentType, accept, date } = headers;
  if (date === undefined) throw new InboundRefused('missing', 'date: is missing');
  if (Number.isNaN(new Date(date).getTime())) throw new InboundRefused('malformed', 'date: is no date');
  if (contentType === undefined) throw new InboundRefused('missing', 'content-type: is missing');
  if (accept === undefined) throw new InboundRefused('missing', 'accept: is missing');
  const written = spokenIn('content-type', [contentType], resource);
  const wanted = spokenIn('accept', accept.split(','), resource);
  const version = wanted === ANY ? written : wanted;
  return version.startsWith('2') ? { major: '2' } : version === '1.0' ? { minor: '0' } : {};
}

/** The first version that we speak. @throws InboundRefused */
function spokenIn(header: string, types: readonly string[], resource: string): string {
  const versions = types.map((one) => versionOf(one, resource)).filter((one) => one !== null);
  const spoken = versions.find((version) => version === ANY || SPOKEN.includes(version));
  if (spoken !== undefined) return spoken;
  throw versions.length > 0
    ? new InboundRefused('unacceptable_version', `${header}: only versions 1.0, 1.1 and 2.0 are spoken here`)
    : new InboundRefused('malformed', `${header}: is no media type of this resource`);
}

/** Null: it is no media type of the resource. */
function versionOf(written: string, resource: string): string | null {
  const { of, version = ANY } = MEDIA_TYPE.exec(written.trim())?.groups ?? {};
  return of?.toLowerCase() === resource.toLowerCase() ? version : null;
}

const SPOKEN: readonly string[] = SPOKEN_VERSIONS.flatMap(([major, minor]) => [major, `${major}.${minor}`]);
