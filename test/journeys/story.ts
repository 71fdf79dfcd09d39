import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayClient, type OperationView } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';

const TIMING = { enquiryTimetableMs: [500, 1_000, 2_000], visibilityDelayMs: 300 };

/** The enquiry timetables of production are minutes; a journey has seconds. */
export const QUICK = {
  settings: { worker: { leaseMs: 3_000 }, log: { level: 'info' } },
  partners: {
    'mpesa-ke': { settings: { timing: { visibilityDelayMs: 300 } }, deadlines: TIMING },
    'wave-sn': { deadlines: TIMING },
  },
} as const;

let count = 0;

/** A reference that no other payment of the run has, short enough to be shown to a payer. */
export const newReference = (): string => `T${String((count += 1))}${process.pid.toString(36)}`.slice(0, 12);

export const wavePayment = (msisdn = '+221771234567', value = '2500') => ({
  partner: 'wave-sn',
  amount: { value, currency: 'XOF' },
  payer: { type: 'msisdn', value: msisdn },
  reference: newReference(),
});

export const waveTransfer = (msisdn = '+221771234567', value = '2500') => ({
  partner: 'wave-sn',
  amount: { value, currency: 'XOF' },
  payee: { type: 'msisdn', value: msisdn },
  reference: newReference(),
});

export const mpesaPayment = (msisdn = '+254712000345', value = '150') => ({
  partner: 'mpesa-ke',
  amount: { value, currency: 'KES' },
  payer: { type: 'msisdn', value: msisdn },
  reference: newReference(),
});

export const mpesaTransfer = (msisdn = '+254712000345', value = '150') => ({
  partner: 'mpesa-ke',
  amount: { value, currency: 'KES' },
  payee: { type: 'msisdn', value: msisdn },
  reference: newReference(),
});

/** Asks for it and answers with its first representation. */
export async function ask(client: GatewayClient, path: '/v1/payments' | '/v1/transfers', body: object) {
  const answer = await client.post(path, body);
  expect(answer.status).toBe(202);
  return answer.body;
}

/** What was said of an operation, as its timeline has it: "sent POST /quotes: 202". */
export async function conversation({ client }: Stack, id: string): Promise<readonly string[]> {
  const entries = await client.timeline(id);
  return entries
    .filter(({ type }) => type === 'message')
    .map(({ direction, method, path, answer }) => {
      const { status } = answer as { status: number };
      return `${String(direction)} ${String(method)} ${String(path)}: ${status}`;
    });
}

/** Resolves once its receipt is proven: an enquiry that is quicker than the callback knows of none yet. */
export async function untilReceipted({ client }: Stack, id: string): Promise<OperationView> {
  const until = performance.now() + 15_000;
  for (;;) {
    const operation = await client.operation(id);
    if (operation.receipt !== null) return operation;
    if (performance.now() > until) throw new Error(`it is ${operation.state}, and has no receipt in time`);
    await sleep(50);
  }
}

interface Passage {
  readonly to_state: string;
  readonly sequence: number;
}

/** The states that the operation went through; checks on the way that each step has its event, without a gap. */
export async function passages({ database }: Stack, { id }: Pick<OperationView, 'id'>): Promise<string[]> {
  const { rows } = await database.query<Passage & { told: string | null; from_state: string | null }>(
    `SELECT t.sequence, t.from_state, t.to_state, e.type AS told FROM transitions t
     LEFT JOIN events e USING (operation_id, sequence) WHERE t.operation_id = $1 ORDER BY t.sequence`,
    [id],
  );
  rows.forEach((row, index) => {
    expect(row.sequence).toBe(index + 1);
    expect(row.from_state).toBe(rows[index - 1]?.to_state ?? null);
    expect(row.told).toMatch(new RegExp(`\\.${row.to_state}$`));
  });
  return rows.map(({ to_state }) => to_state);
}

/** What the partner's books hold of an operation, found by any of the names it may have there. */
export async function movements(stack: Stack, operation: OperationView) {
  const { entries } = await stack.sandbox.books(operation.partner);
  const names = [operation.id, operation.reference, operation.partnerReference, operation.receipt];
  return entries.filter(
    ({ reference, partnerReference }) => names.includes(reference) || names.includes(partnerReference),
  );
}

export async function openDiscrepancies({ database }: Stack, id: string): Promise<string[]> {
  const { rows } = await database.query<{ kind: string }>(
    'SELECT kind FROM discrepancies WHERE operation_id = $1 AND settled_at IS NULL',
    [id],
  );
  return rows.map(({ kind }) => kind);
}

/** Resolves once there is such a discrepancy about the operation, open. */
export async function untilDiscrepancy(stack: Stack, id: string, kind: string): Promise<void> {
  const until = performance.now() + 40_000;
  for (;;) {
    const open = await openDiscrepancies(stack, id);
    if (open.includes(kind)) return;
    if (performance.now() > until) throw new Error(`there is no ${kind} in time, only: ${open.join(', ')}`);
    await sleep(50);
  }
}

/** Resolves once at least so many callbacks of the partner were kept, and each of them was read. */
export async function untilAllRead({ database }: Stack, partner: string, count: number): Promise<void> {
  const until = performance.now() + 40_000;
  for (;;) {
    const { rows } = await database.query<{ kept: number; unread: number }>(
      `SELECT count(*)::int AS kept, count(*) FILTER (WHERE due_at IS NOT NULL)::int AS unread
       FROM callbacks WHERE partner = $1`,
      [partner],
    );
    if ((rows[0]?.kept ?? 0) >= count && rows[0]?.unread === 0) return;
    if (performance.now() > until)
      throw new Error(`the callbacks are not read in time: ${JSON.stringify(rows[0])}`);
    await sleep(50);
  }
}
