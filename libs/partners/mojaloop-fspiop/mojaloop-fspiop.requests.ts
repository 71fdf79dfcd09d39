import { type Money, type PartyType } from '#domain';
import { type Order, OrderRefused, type SubmittedOrder } from '#partner-kit';
import { v5 as nameBasedId } from 'uuid';
import { type FspiopSettings, IDENTIFIER, type PartyIdType } from './mojaloop-fspiop.settings.js';
import { type AgreedQuote, type FoundParty } from './mojaloop-fspiop.wire.js';

/** How the scheme names somebody. A paybill and a till are one operator's own numbers: no scheme knows them. */
const ID_TYPES: Readonly<Partial<Record<PartyType, PartyIdType>>> = {
  msisdn: 'MSISDN',
  iban: 'IBAN',
  account: 'ACCOUNT_ID',
  alias: 'ALIAS',
  merchant: 'BUSINESS',
};
export const PAYEE_TYPES = Object.keys(ID_TYPES) as readonly PartyType[];

/** Source: API Definition 1.1, `Note`. */
const LONGEST_NOTE = 128;

/** The ids of an operation at the scheme: the same at every repeat, of whichever process. FSPIOP 1.1 takes no UUIDv7. */
export const transferIdOf = ({ id }: Pick<Order, 'id'>): string => nameBasedId('transfer', id);
export const quoteIdOf = ({ id }: Pick<Order, 'id'>): string => nameBasedId('quote', id);

/** "10.5", "1500": the scheme takes no zero at the end of a fraction. */
export const toAmount = (money: Money): string =>
  money
    .toDecimal()
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

export interface Identifier {
  readonly idType: PartyIdType;
  readonly idValue: string;
}

/** @throws OrderRefused */
export function payeeOf({ payee }: Pick<Order, 'payee'>): Identifier {
  if (!payee) throw new OrderRefused('a payee is needed', '/payee');
  const { type, value, account } = payee;
  const idType = ID_TYPES[type];
  if (idType === undefined) throw new OrderRefused('the scheme knows no payee of this type', '/payee/type');
  if (account !== undefined)
    throw new OrderRefused('the scheme carries no account reference', '/payee/account');
  const idValue = type === 'msisdn' ? value.replace(/^\+/, '') : value;
  if (!IDENTIFIER.test(idValue))
    throw new OrderRefused('the scheme takes up to 128 characters without / and ?', '/payee/value');
  return { idType, idValue };
}

/** What the answer to a lookup speaks of, since it names no operation. */
export const topicOf = ({ idType, idValue }: Identifier): string => `parties/${idType}/${idValue}`;

/** Every word from the order, the settings and the memo: a repeat is the same, byte by byte. */
export function toQuoteBody(order: SubmittedOrder, party: FoundParty, settings: FspiopSettings): object {
  const { from, amountType, subScenario } = settings;
  const { idType, idValue } = payeeOf(order);
  const note = cut((order.description ?? order.reference ?? '').trim(), LONGEST_NOTE);
  return {
    quoteId: quoteIdOf(order),
    transactionId: transferIdOf(order),
    payee: { partyIdInfo: { partyIdType: idType, partyIdentifier: idValue, fspId: party.fspId } },
    payer: {
      partyIdInfo: { partyIdType: from.idType, partyIdentifier: from.idValue, fspId: from.fspId },
    },
    amountType,
    amount: { currency: order.amount.currency, amount: toAmount(order.amount) },
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

export const toTransferBody = (
  order: SubmittedOrder,
  party: FoundParty,
  quote: AgreedQuote,
  { from }: FspiopSettings,
): object => ({
  transferId: transferIdOf(order),
  payerFsp: from.fspId,
  payeeFsp: party.fspId,
  amount: quote.transferAmount,
  ilpPacket: quote.ilpPacket,
  condition: quote.condition,
  expiration: quote.transferBy,
});

/** Cuts between characters, never inside one. */
function cut(written: string, length: number): string {
  let kept = '';
  for (const character of written) {
    if (kept.length + character.length > length) break;
    kept += character;
  }
  return kept.trimEnd();
}
