import { type RawCallback, type Verdict } from '#partner-kit';
import { type Terms } from './mojaloop-fspiop.offers.js';
import { faultOfSignature, pathOf, signsDate } from './mojaloop-fspiop.signature.js';

/** Older, or newer, than this, a message may have been kept by somebody and sent once more. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * Is it really of whoever it says, for us, and of these minutes?
 * @param isForSigning a question without a body is signed by nobody
 */
export function verdictOn(
  message: RawCallback,
  { verifySignatures, signedDate, signedParties, peers, from, clock }: Terms,
  isForSigning: boolean,
): Verdict {
  const { method, headers, body } = message;
  const { 'fspiop-source': source, 'fspiop-destination': destination = null, date = null } = headers;
  if (source === undefined || source === '') return { is: 'forged', why: 'no FSPIOP-Source header' };
  if (destination !== null && destination !== '' && destination !== from.fspId)
    return { is: 'forged', why: 'it is for another institution' };
  if (verifySignatures) {
    const isSigned = isForSigning && (signedParties || !isBareParty(message));
    const uri = `/${message.path}`;
    const request = { method, uri, source, destination, date };
    const fault =
      faultOfHeaders(message, uri) ??
      (isSigned ? faultOfSignature(headers['fspiop-signature'], peers, request, body) : null);
    if (fault !== null) return { is: 'forged', why: fault };
    if (isSigned && signedDate && !signsDate(headers['fspiop-signature']))
      return { is: 'doubtful', why: 'its date is not under its signature' };
  }
  const ageMs = clock.now().getTime() - new Date(date ?? '').getTime();
  // Without a date there is no number, which is within no tolerance.
  return Math.abs(ageMs) <= TOLERANCE_MS
    ? { is: 'authentic' }
    : { is: 'doubtful', why: 'its date is not of the last ten minutes' };
}

/** The answer to a lookup, or `/error`, without a signature. One that has a signature is held to it. */
const isBareParty = ({ method, path, headers }: RawCallback): boolean =>
  method === 'PUT' && path.startsWith('parties/') && headers['fspiop-signature'] === undefined;

/** The headers that repeat what was asked: where they are given, they tell the truth. */
function faultOfHeaders({ method, headers }: RawCallback, uri: string): string | null {
  const { 'fspiop-uri': saidUri, 'fspiop-http-method': saidMethod } = headers;
  if (saidUri !== undefined && pathOf(saidUri) !== pathOf(uri)) return 'FSPIOP-URI is another path';
  if (saidMethod !== undefined && saidMethod.toUpperCase() !== method.toUpperCase())
    return 'FSPIOP-HTTP-Method is another method';
  return null;
}
