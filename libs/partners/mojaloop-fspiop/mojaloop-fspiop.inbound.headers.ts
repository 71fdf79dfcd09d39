import { InboundRefused, type RawCallback } from '#partner-kit';

/** Major and minor, as an answer of 406 names them. A minor adds fields that may be left out, and takes none away. */
export const SPOKEN_VERSIONS = [
  ['1', '0'],
  ['1', '1'],
] as const;

const MEDIA_TYPE =
  /^application\/vnd\.interoperability\.(?<of>\w+)\+json(?:\s*;\s*version\s*=\s*(?<version>\d{1,3}(?:\.\d{1,3})?))?(?:\s*;\s*charset\s*=\s*"?[\w-]+"?)?$/i;

type Reading = 'spoken' | 'another version' | 'no media type';

/** `Content-Type`, `Date`, and of a request `Accept`: there, and of a version that we speak. @throws InboundRefused */
export function checkHeaders({ headers }: RawCallback, resource: string): void {
  const { 'content-type': contentType, accept, date } = headers;
  if (date === undefined) throw new InboundRefused('missing', 'Date: is missing');
  if (contentType === undefined) throw new InboundRefused('missing', 'Content-Type: is missing');
  if (accept === undefined) throw new InboundRefused('missing', 'Accept: is missing');
  check('Content-Type', [readingOf(contentType, resource)]);
  check(
    'Accept',
    accept.split(',').map((one) => readingOf(one, resource)),
  );
}

function check(header: string, readings: readonly Reading[]): void {
  if (readings.includes('spoken')) return;
  throw readings.includes('another version')
    ? new InboundRefused('unacceptable_version', `${header}: only versions 1.0 and 1.1 are spoken here`)
    : new InboundRefused('malformed', `${header}: is no media type of this resource`);
}

/** Without a version, whichever is spoken will do. */
function readingOf(written: string, resource: string): Reading {
  const { of, version } = MEDIA_TYPE.exec(written.trim())?.groups ?? {};
  if (of?.toLowerCase() !== resource.toLowerCase()) return 'no media type';
  return version === undefined || SPOKEN.includes(version) ? 'spoken' : 'another version';
}

const SPOKEN: readonly string[] = SPOKEN_VERSIONS.flatMap(([major, minor]) => [major, `${major}.${minor}`]);
