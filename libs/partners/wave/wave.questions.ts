import {
  type Balances,
  type EnquiryOutcome,
  isUnreadable,
  NoAnswer,
  NotReached,
  type Parties,
  type PartyAnswer,
  type PartnerSession,
  type Receipts,
  type Reply,
  type SessionQuery,
  type Sessions,
  settleEnquiry,
  type Statements,
  type SubmittedOrder,
} from '#partner-kit';
import { type WaveClient } from './wave.client.js';
import { isNotFound, noAnswerOf, readProblem } from './wave.errors.js';
import { toPartnerSession, toPartyAnswer } from './wave.listings.js';
import { expectAmount, moneyIfReadable, moneyOf } from './wave.mapper.js';
import { toRecipientBody } from './wave.requests.js';
import { daysBefore, findRow, toStatementPage } from './wave.statement.js';
import {
  isSuccess,
  read,
  WaveBalance,
  WaveRecipient,
  WaveSession,
  WaveSessionOrList,
  WaveSessions,
} from './wave.wire.js';

/** @throws NoAnswer where the reply is a refusal, or cannot be read */
function answered<T>(reply: Reply, toAnswer: (reply: Reply) => T): T {
  if (!isSuccess(reply)) throw noAnswerOf(reply);
  try {
    return toAnswer(reply);
  } catch (error) {
    if (isUnreadable(error)) throw new NoAnswer("Wave's answer cannot be read", { cause: error });
    throw error;
  }
}

/** Is this number fit to be paid, and is that its name? */
export const waveParties = (client: WaveClient): Parties => ({
  find: async (question) =>
    question.party.type === 'msisdn'
      ? answered(await client.verifyRecipient(toRecipientBody(question)), (reply) =>
          toPartyAnswer(read(WaveRecipient, reply)),
        )
      : NO_SUCH_TYPE,
});

/** Wave knows people by their telephone number only. */
const NO_SUCH_TYPE: PartyAnswer = {
  ...{ exists: false, isTypeKnown: false },
  ...{ name: null, nameMatches: null, withinLimits: null },
};

/** The one wallet that the API key opens. */
export const waveBalances = (client: WaveClient): Balances => ({
  async ask() {
    try {
      const current = answered(await client.getBalance(), (reply) => {
        const { amount, currency } = read(WaveBalance, reply);
        return moneyOf(amount, currency);
      });
      return { is: 'answered', accounts: [{ account: 'main', current, available: null }] };
    } catch (error) {
      if (error instanceof NotReached || error instanceof NoAnswer) return { is: 'failed', cause: error };
      throw error;
    }
  },
});

export const waveStatements = (client: WaveClient): Statements => ({
  page: async (day, cursor) =>
    answered(await client.listTransactions(day, cursor), (reply) => toStatementPage(reply, cursor)),
});

/** Checkout sessions, live at Wave: also those that another program made with the same wallet. */
export function waveSessions(client: WaveClient): Sessions {
  async function find({ by, value }: SessionQuery): Promise<readonly PartnerSession[]> {
    const reply = await ask(by, value);
    if (isNotFound(readProblem(reply))) return [];
    return answered(reply, () => readers[by](reply).map(toPartnerSession));
  }
  const ask = (by: SessionQuery['by'], value: string): Promise<Reply> => {
    switch (by) {
      case 'id':
        return client.getSession(value);
      case 'reference':
        return client.searchSessions(value);
      case 'transaction':
        return client.getSessionOfTransaction(value);
    }
  };
  return { find };
}

const readers: Readonly<Record<SessionQuery['by'], (reply: Reply) => readonly WaveSession[]>> = {
  id: (reply) => [read(WaveSession, reply)],
  reference: (reply) => read(WaveSessions, reply).result,
  transaction: (reply) => read(WaveSessionOrList, reply),
};

/** Has no question of its own at Wave: the receipt is looked for in the statement. */
export function waveReceipts(client: WaveClient): Receipts {
  async function enquire(order: SubmittedOrder): Promise<EnquiryOutcome> {
    const { receipt } = order;
    if (receipt === null) return { is: 'unknown', cause: new NoAnswer('there is no receipt to ask about') };
    for (const day of daysBefore(order.createdAt)) {
      const row = await findRow(
        client,
        day,
        (one) => one.transaction_id === receipt && one.is_reversal !== true,
      );
      if (!row) continue;
      // The row is net of the fee, the payer paid both.
      const fee = moneyIfReadable(row.fee, row.currency);
      const net = moneyOf(row.amount, row.currency);
      expectAmount(order, (fee ? net.plus(fee) : net).toDecimal(), row.currency);
      return { is: 'succeeded', reference: receipt, receipt, fee };
    }
    return { is: 'notFound' };
  }
  return { enquire: (order) => settleEnquiry(enquire(order), (outcome) => outcome) };
}
