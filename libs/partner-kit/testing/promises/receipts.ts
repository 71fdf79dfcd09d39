import { describe, expect } from '@jest/globals';
import { type ReceiptNotice } from '../../port/callback.js';
import { type Contract, given, promise } from '../promise.js';
import { orderOf, type Stage } from '../stage.js';
import { sleep, Story } from '../story.js';

const PATIENCE_MS = 5_000;

/** Money that comes unasked. */
export function describeReceipts(contract: Contract): void {
  const { adapter, setUp } = contract;
  // Money that is announced to us has its chapter of its own.
  if (adapter.inbound || (!adapter.receipts && !setUp.orders.receipt)) return;
  const receipt = () => given(setUp.orders.receipt, 'orders.receipt', 'the adapter has receipts');
  describe('a receipt', () => {
    const hint = {
      file: 'callbacks',
      advice: 'let read() give a receipt notice for money that came unasked',
    } as const;
    promise(contract, 'is told with its number, its amount and its time', hint, async () => {
      const notice = await receiveOne(contract.stage(), receipt().body);
      expect(notice.amount).toEqual(receipt().amount);
      expect(notice.receipt).not.toBe('');
      expect(Number.isNaN(notice.paidAt.getTime())).toBe(false);
    });

    if (!adapter.receipts) return;
    const ask = {
      file: 'adapter',
      advice: 'let receipts.enquire() confirm a receipt by its number',
    } as const;
    promise(contract, 'is confirmed by an enquiry', ask, async () => {
      const stage = contract.stage();
      const { amount, payer, receipt: number } = await receiveOne(stage, receipt().body);
      const story = new Story(stage, orderOf('receipt', { amount, payer }), {
        submit: () => Promise.reject(new Error('a receipt is never sent')),
        enquire: (order) => given(stage.adapter.receipts, 'receipts').enquire({ ...order, receipt: number }),
      });
      expect(await story.ask()).toMatchObject({ is: 'succeeded' });
    });
  });
}

async function receiveOne(stage: Stage, body: Readonly<Record<string, unknown>>): Promise<ReceiptNotice> {
  await stage.adapter.registration?.register();
  await stage.partner.payUnasked(body);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const receipt = stage.news().flatMap(({ notice }) => (notice.is === 'receipt' ? [notice] : []))[0];
    if (receipt) return receipt;
    await sleep(25);
  }
  throw new Error('no receipt notice came');
}
