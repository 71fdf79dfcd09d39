import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { wrongParameter } from '../body.js';
import { WaveRefusal } from '../refusal.js';
import { type WaveDesk } from '../wave-desk.js';

const isoDay = z.iso.date();

/** Balance, statement, refund of a merchant payment. */
export function walletRoutes(scope: FastifyInstance, { wallet, settings, desk }: WaveDesk): void {
  const { currency, statementPageSize } = settings;

  scope.get('/v1/balance', () => ({ amount: wallet.balance(), currency }));

  scope.get<{ Querystring: { date?: string; after?: string } }>('/v1/transactions', (request) => {
    const { date = desk.clock.now().toISOString().slice(0, 10), after } = request.query;
    if (!isoDay.safeParse(date).success) throw wrongParameter('date', 'not a date of the form YYYY-MM-DD');
    const from = after === undefined ? 0 : positionOf(after);
    const rows = wallet.rows(date);
    const items = rows.slice(from, from + statementPageSize);
    const to = from + items.length;
    return {
      page_info: {
        start_cursor: after ?? null,
        end_cursor: items.length === 0 ? null : cursorAt(to),
        has_next_page: to < rows.length,
      },
      date,
      items,
    };
  });

  scope.post<{ Params: { id: string } }>('/v1/transactions/:id/refund', (request, reply) => {
    const payment = wallet.movement(request.params.id);
    if (payment?.kind !== 'receipt') throw new WaveRefusal('not-found');
    if (!wallet.isTakenBack(payment.transactionId)) {
      if (!wallet.covers(payment.amount - payment.fee)) throw new WaveRefusal('insufficient-funds');
      wallet.takeBack(payment, 'merchant_payment_refund');
    }
    return reply.code(200).send();
  });
}

const cursorAt = (position: number): string => Buffer.from(`offset:${position}`).toString('base64');

function positionOf(cursor: string): number {
  const [, position] = /^offset:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (position === undefined) throw wrongParameter('after', 'not a cursor of this statement');
  return Number(position);
}
