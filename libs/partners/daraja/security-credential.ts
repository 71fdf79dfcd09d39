import { constants, createPublicKey, type KeyObject, publicEncrypt, X509Certificate } from 'node:crypto';

/** Reads the PEM of a certificate or of a public key; line breaks may be written as `\n`. */
function publicKeyOf(pem: string): KeyObject {
  const text = pem.replaceAll('\\n', '\n');
  // The certificates in circulation ended years ago: only the key in them is used.
  return text.includes('BEGIN CERTIFICATE') ? new X509Certificate(text).publicKey : createPublicKey(text);
}

export function isRsaKey(pem: string): boolean {
  try {
    return publicKeyOf(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/**
 * The initiator's password as the initiator products take it: encrypted with Safaricom's key, PKCS#1 v1.5, base64.
 * Good until the password changes, so one is made at start and used for every request.
 */
export const securityCredential = (password: string, certificate: string): string =>
  publicEncrypt(
    { key: publicKeyOf(certificate), padding: constants.RSA_PKCS1_PADDING },
    Buffer.from(password, 'utf8'),
  ).toString('base64');
