import { createHash, createHmac } from 'node:crypto';

/** What was agreed upon, as it travels with the transfer. */
export const packetOf = (agreement: object): string =>
  Buffer.from(JSON.stringify(agreement)).toString('base64url');

/** Only the payee's institution can make it; it lets go of it when it pays. */
export const fulfilmentOf = (ilpPacket: string): string =>
  createHmac('sha256', 'payee-demo-secret').update(ilpPacket).digest('base64url');

/** What everybody may know beforehand: the digest of the fulfilment. */
export const conditionOf = (fulfilment: string): string =>
  createHash('sha256').update(Buffer.from(fulfilment, 'base64url')).digest('base64url');
