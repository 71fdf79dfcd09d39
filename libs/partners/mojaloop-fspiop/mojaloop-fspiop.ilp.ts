import { createHash, createHmac } from 'node:crypto';
import { type Money } from '#domain';
import { readJson, UnreadableAnswer } from '#partner-kit';
import { type WireTransaction, Transaction } from './mojaloop-fspiop.inbound.wire.js';

/** A payment, in version 1 of the Interledger protocol. Source: IL-RFC 3 (ILPv1); API Definition 1.1, "Interledger". */
const PAYMENT = 1;
const NO_EXTENSIONS = Buffer.from([0]);
const AMOUNT_BYTES = 8;
const LONG = 0x80;
/** A length of more bytes is that of no packet. */
const MOST_LENGTH_BYTES = 4;

/** Canonical OER: the length in one byte up to 127, else in as few bytes as it takes, whose number comes first. */
function withLength(content: Buffer): Buffer {
  const { length } = content;
  if (length < LONG) return Buffer.concat([Buffer.from([length]), content]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([LONG | bytes.length]), bytes, content]);
}

/**
 * What payer and payee agree upon, as it travels with the transfer: type, length, then the amount in minor units (64 bits),
 * the payee's address, the transaction in base64url, and no extensions. Of the same agreement it is the same, byte by byte.
 */
export function packetOf(transaction: WireTransaction, sends: Money): string {
  const amount = Buffer.alloc(AMOUNT_BYTES);
  amount.writeBigUInt64BE(sends.minor);
  const content = Buffer.concat([
    amount,
    withLength(Buffer.from(addressOf(transaction))),
    withLength(Buffer.from(Buffer.from(JSON.stringify(transaction)).toString('base64url'))),
    NO_EXTENSIONS,
  ]);
  return Buffer.concat([Buffer.from([PAYMENT]), withLength(content)]).toString('base64url');
}

/** "g.banque-demo.msisdn.221770000001". What an address cannot hold is an underscore: nobody is found by it. */
const addressOf = ({ payee: { partyIdInfo } }: WireTransaction): string =>
  ['g', partyIdInfo.fspId, partyIdInfo.partyIdType.toLowerCase(), partyIdInfo.partyIdentifier.toLowerCase()]
    .join('.')
    .replaceAll(/[^\w~.-]/g, '_');

/** Whoever shows it moves the money: made again whenever it is needed, and kept nowhere. */
export const fulfilmentOf = (packet: string, secret: string): string =>
  createHmac('sha256', secret).update(packet).digest('base64url');

export const conditionOf = (fulfilment: string): string =>
  createHash('sha256').update(Buffer.from(fulfilment, 'base64url')).digest('base64url');

/** The transaction in a packet; null where it is no packet of ours. */
export function transactionIn(packet: string): WireTransaction | null {
  try {
    const envelope = new Bytes(Buffer.from(packet, 'base64url'));
    if (envelope.take(1)[0] !== PAYMENT) return null;
    const content = new Bytes(envelope.string());
    content.take(AMOUNT_BYTES);
    content.string();
    const written = Buffer.from(content.string().toString(), 'base64url').toString();
    return Transaction.safeParse(readJson(written)).data ?? null;
  } catch (error) {
    if (error instanceof RangeError || error instanceof UnreadableAnswer) return null;
    throw error;
  }
}

/** Bytes, read from the front. */
class Bytes {
  #at = 0;
  constructor(private readonly bytes: Buffer) {}

  /** @throws RangeError where there are not so many */
  take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.bytes.length) throw new RangeError('the packet ends too early');
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** @throws RangeError */
  string(): Buffer {
    const first = this.take(1)[0] ?? 0;
    if (first < LONG) return this.take(first);
    const digits = first - LONG;
    if (digits < 1 || digits > MOST_LENGTH_BYTES) throw new RangeError('the length is that of no packet');
    return this.take(this.take(digits).readUIntBE(0, digits));
  }
}
