import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CONDITION,
  FULFILMENT,
  ILP_SECRET,
  PACKET,
  QUOTE,
  quoteRequest,
  TRANSFER,
} from './fixtures/payee.js';
import { xof } from './fixtures/sandbox.js';
import { conditionOf, fulfilmentOf, packetOf, transactionIn } from './mojaloop-fspiop.ilp.js';
import { type WireTransaction } from './mojaloop-fspiop.inbound.wire.js';

const { payee, payer, transactionType, note, amount } = quoteRequest();
const transaction = (more: Partial<WireTransaction> = {}): WireTransaction => ({
  ...{ transactionId: TRANSFER, quoteId: QUOTE, payee, payer, note, amount },
  transactionType: { scenario: transactionType.scenario, initiator: 'PAYER', initiatorType: 'CONSUMER' },
  extensionList: {
    extension: [
      { key: 'amountType', value: 'SEND' },
      { key: 'payeeReceiveAmount', value: '1485' },
    ],
  },
  ...more,
});

describe('a packet', () => {
  it('is read back as it was written', () => {
    expect(transactionIn(PACKET)).toEqual(transaction());
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.string({ minLength: 1, maxLength: 128 }),
        (of, note) => {
          const written = transaction({ note });
          const packet = packetOf(written, xof(of.toString()));
          expect(packet).toMatch(/^[\w-]{1,32768}$/);
          expect(packetOf(written, xof(of.toString()))).toBe(packet);
          expect(transactionIn(packet)).toEqual(written);
          expect(Buffer.from(packet, 'base64url').includes('g.banque-demo.msisdn.221770000042')).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has an address of plain letters, whatever the payee is called', () => {
    const partyIdInfo = { partyIdType: 'ALIAS', partyIdentifier: 'Awa Démo@+1', fspId: 'banque-demo' };
    const bytes = Buffer.from(packetOf(transaction({ payee: { partyIdInfo } }), xof('1')), 'base64url');
    expect(bytes.includes('g.banque-demo.alias.awa_d_mo__1')).toBe(true);
  });

  it('is none where it is cut, or something else', () => {
    const bytes = Buffer.from(PACKET, 'base64url');
    for (let length = 0; length < bytes.length - 1; length += 7)
      expect(transactionIn(bytes.subarray(0, length).toString('base64url'))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        expect(transactionIn(Buffer.from(noise).toString('base64url'))).toBeNull();
        expect(transactionIn(Buffer.from([1, ...noise]).toString('base64url'))).toBeNull();
      }),
      // A length in more bytes than a number has.
      { examples: [[Uint8Array.from([0x87, 0, 0, 0, 0, 0, 0, 0])], [Uint8Array.from([0x80, 0])]] },
    );
  });
});

describe('a fulfilment', () => {
  it('is of its packet and its secret, and its condition of it', () => {
    expect(fulfilmentOf(PACKET, ILP_SECRET)).toBe(FULFILMENT);
    expect(conditionOf(FULFILMENT)).toBe(CONDITION);
    expect(fulfilmentOf(PACKET, `${ILP_SECRET}!`)).not.toBe(FULFILMENT);
    expect(fulfilmentOf(`${PACKET}A`, ILP_SECRET)).not.toBe(FULFILMENT);
  });
});
