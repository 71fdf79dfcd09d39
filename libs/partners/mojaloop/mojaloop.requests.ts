import { type Money, type Party, type PartyType } from '#domain';
import { type Order, OrderRefused } from '#partner-kit';
import {
  type MojaloopParty,
  type MojaloopRequestBody,
  type MojaloopTransferBody,
} from './mojaloop.client.js';
import { DISPLAY_NAME, IDENTIFIER, type MojaloopSettings, type PartyIdType } from './mojaloop.settings.js';

/** How the scheme names somebody. A paybill and a till are one operator's own numbers: no scheme knows them. */
const ID_TYPES: Readonly<Partial<Record<PartyType, PartyIdType>>> = {
  msisdn: 'MSISDN',
  iban: 'IBAN',
  account: 'ACCOUNT_ID',
  alias: 'ALIAS',
  merchant: 'BUSINESS',
};
export const PAYEE_TYPES = Object.keys(ID_TYPES) as readonly PartyType[];

/** Source: outbound API 2.1.0, `Note` and `Name`. */
const LONGEST_NOTE = 128;
const LONGEST_NAME = 128;

/** "10.5", "1500": the scheme takes no zero at the end of a fraction. */
export const toAmount = (money: Money): string =>
  money
    .toDecimal()
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** Type and value as the scheme writes them: a telephone number without its plus. @throws OrderRefused */
export function toIdentifier(
  { type, value, account }: Party,
  side: 'payer' | 'payee' = 'payee',
): Pick<MojaloopParty, 'idType' | 'idValue'> {
  const idType = ID_TYPES[type];
  if (idType === undefined)
    throw new OrderRefused(`the scheme knows no ${side} of this type`, `/${side}/type`);
  if (account !== undefined)
    throw new OrderRefused('the scheme carries no account reference', `/${side}/account`);
  const idValue = type === 'msisdn' ? value.replace(/^\+/, '') : value;
  if (!IDENTIFIER.test(idValue)) {
    throw new OrderRefused('the scheme takes up to 128 characters without / and ?', `/${side}/value`);
  }
  return { idType, idValue };
}

/** @throws OrderRefused */
export function payeeOf({ payee }: Order): MojaloopParty {
  if (!payee) throw new OrderRefused('a payee is needed', '/payee');
  const displayName = payee.name === undefined ? null : toDisplayName(payee.name);
  return { ...toIdentifier(payee), ...(displayName === null ? {} : { displayName }) };
}

export function toTransferBody(order: Order, settings: MojaloopSettings): MojaloopTransferBody {
  const { amountType, subScenario } = settings;
  const { idType, idValue, type, fspId, displayName } = settings.from;
  const note = cut((order.description ?? order.reference ?? '').trim(), LONGEST_NOTE);
  return {
    homeTransactionId: order.id,
    from: { idType, idValue, type, fspId, ...(displayName === undefined ? {} : { displayName }) },
    to: payeeOf(order),
    amountType,
    currency: order.amount.currency,
    amount: toAmount(order.amount),
    transactionType: 'TRANSFER',
    ...(subScenario === undefined ? {} : { subScenario }),
    ...(note === '' ? {} : { note }),
  };
}

/** @throws OrderRefused */
export function payerOf({ payer }: Order): MojaloopParty {
  if (!payer) throw new OrderRefused('a payer is needed', '/payer');
  const displayName = payer.name === undefined ? null : toDisplayName(payer.name);
  return { ...toIdentifier(payer, 'payer'), ...(displayName === null ? {} : { displayName }) };
}

/** Whoever is looked up and asked is `to` in both releases, although a payee asks: see the README. */
export function toRequestToPayBody(
  order: Order,
  { requestToPay, subScenario, from: { fspId } }: MojaloopSettings,
  { idType, idValue, type, displayName }: NonNullable<MojaloopSettings['collectInto']>,
): MojaloopRequestBody {
  const { release, payerIs, scenario } = requestToPay;
  const asked = payerOf(order);
  const ours = { idType, idValue, type, fspId, ...(displayName === undefined ? {} : { displayName }) };
  const body = {
    ...(payerIs === 'to' ? { from: ours, to: asked } : { from: asked, to: ours }),
    amountType: 'RECEIVE',
    currency: order.amount.currency,
    amount: toAmount(order.amount),
  } as const;
  const byPayee = { initiator: 'PAYEE', initiatorType: type } as const;
  return release === '18.0.2'
    ? { homeTransactionId: order.id, ...body, scenario: { scenario, ...byPayee }, ...byPayee }
    : {
        homeR2PTransactionId: order.id,
        ...body,
        transactionType: scenario,
        ...(subScenario === undefined ? {} : { subScenario }),
      };
}

/** Letters that no decomposition makes plain. */
const PLAIN: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ɓ: 'b',
  Ɓ: 'B',
  ɗ: 'd',
  Ɗ: 'D',
  ŋ: 'n',
  Ŋ: 'N',
  '’': "'",
  '‘': "'",
};

/** "Aïssatou N’Diaye" becomes "Aissatou N'Diaye"; null where letters would be lost. */
export function toDisplayName(name: string): string | null {
  const plain = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, (letter) => PLAIN[letter] ?? letter);
  if (/[^\x20-\x7e]/u.test(plain.replaceAll(/[^\p{L}\p{N}]/gu, ''))) return null;
  const clean = plain
    .replaceAll(/[^\w .,'-]/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
  return DISPLAY_NAME.test(clean) ? clean : null;
}

/** Cuts between characters, never inside one. */
function cut(text: string, length: number): string {
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > length) break;
    kept += character;
  }
  return kept.trimEnd();
}
