import { type Money } from '#domain';
import {
  type Inbound,
  type InboundCredit,
  type InboundOffer,
  type InboundParty,
  InboundRefused,
  type InboundReply,
  type InboundStanding,
  NoAnswer,
  NotReached,
  type Reply,
} from '#partner-kit';
import { toAmount } from '../fspiop/amounts.js';
import { toDisplayName } from '../fspiop/names.js';
import { type FspiopClient, type Resource } from './mojaloop-fspiop.client.js';
import { conditionOf, fulfilmentOf, packetOf } from './mojaloop-fspiop.ilp.js';
import { type Major } from './mojaloop-fspiop.inbound.headers.js';
import {
  type InboundMemo,
  readInboundMemo,
  type WireAmount,
  type WireTransaction,
} from './mojaloop-fspiop.inbound.wire.js';
import { errorBody } from './mojaloop-fspiop.refusals.js';
import { type FspiopSettings, type Version } from './mojaloop-fspiop.settings.js';

/** As payee. The secret makes the fulfilments: it must not change while transfers are under way. */
export type PayeeTerms = Pick<FspiopSettings, 'from' | 'version' | 'answersTransfers'> & {
  readonly ilpSecret: string;
};

/** Says to whoever has asked what came of it, on the path of their own request. */
export const teller =
  (client: FspiopClient, terms: PayeeTerms): NonNullable<Inbound['tell']> =>
  async (reply, memo) => {
    const asked = readInboundMemo(memo);
    const isNo = reply instanceof InboundRefused;
    const body = isNo ? errorBody(reply) : bodyOf(reply, asked, terms);
    if (body === null) return;
    const path = isNo ? `${asked.path}/error` : asked.path;
    const version = versionFor(asked, terms.version);
    taken(await client.put({ resource: resourceOf(asked), path, destination: asked.to, version }, body));
  };

/** The asker's; of its major version, where it names no more: ours, or the latest. */
function versionFor(asked: InboundMemo, ours: Version): Version {
  if (asked.minor === '0') return '1.0';
  const major: Major = asked.major ?? '1';
  return ours.startsWith(major) ? ours : LATEST[major];
}

const LATEST = { '1': '1.1', '2': '2.0' } as const satisfies Readonly<Record<Major, Version>>;

const resourceOf = ({ lookup, quote }: InboundMemo): Resource =>
  lookup ? 'parties' : quote ? 'quotes' : 'transfers';

/** @throws NotReached, NoAnswer */
function taken({ status }: Reply): void {
  if (status >= 200 && status < 300) return;
  const what = `the switch answered ${status}`;
  throw status === 401 || status === 429 ? new NotReached(what) : new NoAnswer(what);
}

/** Null: nothing is told. */
function bodyOf(reply: InboundReply, asked: InboundMemo, terms: PayeeTerms): object | null {
  switch (reply.is) {
    case 'party':
      return partyBody(reply, asked, terms);
    case 'offer':
      return quoteBody(reply, asked, terms);
    case 'credited':
      return fulfilBody(reply, asked, terms);
    case 'standing':
      return standingBody(reply);
    case 'accepted':
    case 'taken':
    case 'nothing':
    case 'healthy':
      throw new TypeError(`"${reply.is}" is told to nobody`);
  }
}

/** @throws TypeError where the memo is of another request */
function kept<T>(part: T | undefined): T {
  if (part === undefined) throw new TypeError('the memo is of another request');
  return part;
}

/** By the name that was asked for, and a name that the scheme can read, or none. */
function partyBody({ name }: InboundParty, { lookup }: InboundMemo, { from: { fspId } }: PayeeTerms): object {
  const displayName = name === null ? null : toDisplayName(name);
  return {
    party: {
      partyIdInfo: { ...kept(lookup), fspId },
      ...(displayName === null ? {} : { name: displayName }),
    },
  };
}

/** The same offer is the same packet, and so the same condition. */
function quoteBody(offer: InboundOffer, { quote }: InboundMemo, { ilpSecret }: PayeeTerms): object {
  const { sends, receives, fee, commission, expiresAt } = offer;
  const ilpPacket = packetOf(agreementOf(offer, kept(quote)), sends);
  return {
    transferAmount: amountOf(sends),
    payeeReceiveAmount: amountOf(receives),
    ...(fee ? { payeeFspFee: amountOf(fee) } : {}),
    ...(commission ? { payeeFspCommission: amountOf(commission) } : {}),
    expiration: expiresAt.toISOString(),
    ilpPacket,
    condition: conditionOf(fulfilmentOf(ilpPacket, ilpSecret)),
  };
}

const agreementOf = (
  { quote: { amountIs }, sends, receives }: InboundOffer,
  asked: NonNullable<InboundMemo['quote']>,
): WireTransaction => ({
  ...asked,
  amount: amountOf(sends),
  extensionList: {
    extension: [
      { key: 'amountType', value: amountIs === 'sent' ? 'SEND' : 'RECEIVE' },
      { key: 'payeeReceiveAmount', value: toAmount(receives) },
    ],
  },
});

const amountOf = (money: Money): WireAmount => ({ currency: money.currency, amount: toAmount(money) });

/** Only here is a fulfilment let go of: once our customer is credited. Version 1.0 knows no RESERVED of a payee. */
const fulfilBody = (
  { at }: InboundCredit,
  { transfer, minor }: InboundMemo,
  { answersTransfers, ilpSecret }: PayeeTerms,
): object => ({
  transferState: minor === '0' ? 'COMMITTED' : answersTransfers,
  fulfilment: fulfilmentFor(kept(transfer), ilpSecret),
  completedTimestamp: at.toISOString(),
});

/** One that does not fit ends the transfer at the switch, although our customer is credited: then rather none yet. */
function fulfilmentFor(
  { ilpPacket, condition }: NonNullable<InboundMemo['transfer']>,
  secret: string,
): string {
  const fulfilment = fulfilmentOf(ilpPacket, secret);
  if (conditionOf(fulfilment) === condition) return fulfilment;
  throw new TypeError('ilpSecret is not the one that the transfer was agreed upon with');
}

/**
 * Only that it is refused. That it is credited is said by the answer to the transfer alone, which has the fulfilment, and is
 * told until it is taken: a yes without one would be taken for no yes, and might end the transfer. And of one that is open
 * nothing: a switch may take any state of a payee's but ABORTED and RESERVED for a yes, and commit what is not credited.
 */
function standingBody({ stands, at }: InboundStanding): object | null {
  switch (stands) {
    case 'refused':
      return { transferState: 'ABORTED', completedTimestamp: at.toISOString() };
    case 'under_way':
    case 'credited':
    case 'final':
      return null;
  }
}
