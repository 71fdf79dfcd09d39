import { cut } from '#domain';
import { type Order, OrderRefused, type SubmittedOrder } from '#partner-kit';
import { v5 as nameBasedId } from 'uuid';
import { toAmount } from '../fspiop/amounts.js';
import { type Identifier, toIdentifier } from '../fspiop/names.js';
import { LONGEST_NOTE } from '../fspiop/requests.js';
import { type OwnAccount } from '../fspiop/settings.js';
import { type FspiopSettings } from './mojaloop-fspiop.settings.js';
import { type AgreedQuote, type FoundParty } from './mojaloop-fspiop.wire.js';

/** As payer. */
type Payer = Pick<FspiopSettings, 'from' | 'amountType' | 'subScenario'>;
/** As whoever asks to be paid. */
type Payee = Pick<FspiopSettings, 'from' | 'subScenario' | 'requestToPay'>;

/** The ids of an operation at the scheme: the same at every repeat, of whichever process. FSPIOP 1.1 takes no UUIDv7. */
export const transferIdOf = ({ id }: Pick<Order, 'id'>): string => nameBasedId('transfer', id);
export const requestIdOf = ({ id }: Pick<Order, 'id'>): string => nameBasedId('request', id);
export const quoteIdOf = ({ id }: Pick<Order, 'id'>): string => nameBasedId('quote', id);

/** @throws OrderRefused */
export function payeeOf({ payee }: Pick<Order, 'payee'>): Identifier {
  if (!payee) throw new OrderRefused('a payee is needed', '/payee');
  return toIdentifier(payee);
}

/** @throws OrderRefused */
export function payerOf({ payer }: Pick<Order, 'payer'>): Identifier {
  if (!payer) throw new OrderRefused('a payer is needed', '/payer');
  return toIdentifier(payer, 'payer');
}

/** What the answer to a lookup speaks of, since it names no operation. */
export const topicOf = ({ idType, idValue }: Identifier): string => `parties/${idType}/${idValue}`;

/** Every word from the order, the settings and the memo: a repeat is the same, byte by byte. */
export function toQuoteBody(order: SubmittedOrder, party: FoundParty, settings: Payer): object {
  const { from, amountType, subScenario } = settings;
  const { idType, idValue } = payeeOf(order);
  const note = noteOf(order);
  return {
    quoteId: quoteIdOf(order),
    transactionId: transferIdOf(order),
    payee: { partyIdInfo: { partyIdType: idType, partyIdentifier: idValue, fspId: party.fspId } },
    payer: {
      partyIdInfo: { partyIdType: from.idType, partyIdentifier: from.idValue, fspId: from.fspId },
    },
    amountType,
    amount: amountOf(order),
    transactionType: {
      scenario: 'TRANSFER',
      ...(subScenario === undefined ? {} : { subScenario }),
      initiator: 'PAYER',
      initiatorType: from.type,
    },
    ...(note === '' ? {} : { note }),
    expiration: party.quoteBy,
  };
}

const noteOf = ({ description, reference }: Order): string =>
  cut((description ?? reference ?? '').trim(), LONGEST_NOTE);

const amountOf = ({ amount }: Order) => ({ currency: amount.currency, amount: toAmount(amount) });

export const toTransferBody = (
  order: SubmittedOrder,
  party: FoundParty,
  quote: AgreedQuote,
  { from }: Payer,
): object => ({
  transferId: transferIdOf(order),
  payerFsp: from.fspId,
  payeeFsp: party.fspId,
  amount: quote.transferAmount,
  ilpPacket: quote.ilpPacket,
  condition: quote.condition,
  expiration: quote.transferBy,
});

/** From then on the money of a request is not let in any more. */
export const endOfRequest = (
  { submittedAt, createdAt }: Pick<SubmittedOrder, 'submittedAt' | 'createdAt'>,
  { requestToPay: { openForMs } }: Pick<FspiopSettings, 'requestToPay'>,
): Date => new Date((submittedAt ?? createdAt).getTime() + openForMs);

/** Asks a payer to pay into that account. */
export function toRequestBody(
  order: SubmittedOrder,
  payer: FoundParty,
  into: OwnAccount,
  payee: Payee,
): object {
  const { from, subScenario, requestToPay } = payee;
  const { idType, idValue } = payerOf(order);
  const note = noteOf(order);
  return {
    transactionRequestId: requestIdOf(order),
    payee: {
      partyIdInfo: { partyIdType: into.idType, partyIdentifier: into.idValue, fspId: from.fspId },
      ...(into.displayName === undefined ? {} : { name: into.displayName }),
    },
    payer: { partyIdType: idType, partyIdentifier: idValue, fspId: payer.fspId },
    amount: amountOf(order),
    transactionType: {
      scenario: requestToPay.scenario,
      ...(subScenario === undefined ? {} : { subScenario }),
      initiator: 'PAYEE',
      initiatorType: into.type,
    },
    ...(note === '' ? {} : { note }),
    expiration: endOfRequest(order, payee).toISOString(),
  };
}
