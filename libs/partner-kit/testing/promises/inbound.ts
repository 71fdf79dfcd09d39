import { Money } from '#domain';
import { describe, expect } from '@jest/globals';
import { type RawCallback } from '../../port/callback.js';
import { INBOUND_OBJECTIONS, type InboundReply, InboundRefused } from '../../port/inbound.js';
import { type Contract, promise } from '../promise.js';

const NOW = new Date('2026-11-21T09:00:00Z');

const request = (method: string, path: string, body: string): RawCallback => ({
  ...{ method, path, headers: {}, body: Buffer.from(body), source: '127.0.0.1', receivedAt: NOW },
});

/** What no partner would send, and somebody will. */
const GARBAGE: readonly RawCallback[] = ['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) =>
  ['', 'parties', 'parties/%E0%A4%A', 'transfers', 'transfers/x', 'nowhere/at/all', '//', '../..'].flatMap(
    (path) =>
      ['', '{}', '[]', 'null', '{"a":', '<html></html>', '{"transferId":{}}', '\u0000'].map((body) =>
        request(method, path, body),
      ),
  ),
);

const amount = Money.parse('1500', 'XOF');
const party = { type: 'msisdn', value: '+221770000001' } as const;
/** To a partner that waits for what it wants to know. */
const REPLIES: readonly InboundReply[] = [
  { is: 'healthy' },
  { is: 'taken' },
  { is: 'party', party, name: null, currencies: [] },
  { is: 'credited', transfer: 'a', operation: 'b', at: NOW },
  {
    is: 'standing',
    transfer: 'a',
    operation: 'b',
    amount,
    payer: null,
    payee: party,
    stands: 'final',
    at: NOW,
  },
];

/** To one that is told later. */
const ACKNOWLEDGEMENTS: readonly InboundReply[] = [{ is: 'healthy' }, { is: 'taken' }, { is: 'accepted' }];

/** What a partner asks of us. */
export function describeInbound(contract: Contract): void {
  const { inbound } = contract.adapter;
  if (!inbound) return;
  describe('a request of the partner’s', () => {
    const hint = {
      file: 'adapter',
      advice: 'let inbound.read() throw InboundRefused, and nothing else',
    } as const;
    promise(contract, 'is read, or refused with a sentence', hint, () => {
      for (const raw of GARBAGE) {
        try {
          expect(inbound.read(raw)).toHaveProperty('is');
        } catch (error) {
          expect(error).toBeInstanceOf(InboundRefused);
          expect((error as InboundRefused).message).not.toBe('');
        }
      }
      return Promise.resolve();
    });

    const no = { file: 'adapter', advice: 'let inbound.answer() have a code for every objection' } as const;
    promise(contract, 'that is refused never looks taken, and says why', no, () => {
      for (const objection of INBOUND_OBJECTIONS) {
        const { status, body } = inbound.answer(new InboundRefused(objection, 'because'));
        expect(status).toBeGreaterThanOrEqual(400);
        expect(body).toContain('because');
      }
      return Promise.resolve();
    });

    const yes = { file: 'adapter', advice: 'let inbound.answer() give every reply a body' } as const;
    if (inbound.tell) {
      const taken = { file: 'adapter', advice: 'let inbound.answer() say that it was taken up' } as const;
      promise(contract, 'that is taken up looks taken', taken, () => {
        for (const reply of ACKNOWLEDGEMENTS) {
          const { status } = inbound.answer(reply);
          expect([200, 202]).toContain(status);
        }
        return Promise.resolve();
      });
      return;
    }
    promise(contract, 'that is taken up has an answer with a body', yes, () => {
      for (const reply of REPLIES) {
        const { status, body } = inbound.answer(reply);
        expect(status).toBe(200);
        expect(body).not.toBe('');
      }
      return Promise.resolve();
    });
  });
}
