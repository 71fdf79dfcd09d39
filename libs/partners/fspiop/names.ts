import { cut, type Party, type PartyType } from '#domain';
import { InboundRefused, OrderRefused } from '#partner-kit';

/** Source: API Definition 1.1, `PartyIdType`. */
export const PARTY_ID_TYPES = [
  'MSISDN',
  'EMAIL',
  'PERSONAL_ID',
  'BUSINESS',
  'DEVICE',
  'ACCOUNT_ID',
  'IBAN',
  'ALIAS',
] as const;
export type PartyIdType = (typeof PARTY_ID_TYPES)[number];

/** They travel in a path: a slash or a question mark would end it, dots lead out of it, `error` after one is an answer. */
export const IDENTIFIER = /^(?!(?:\.{1,2}|error)$)[^/?]{1,128}$/;
/** Plain letters, digits, `_`, blank, `. , ' -`. Source: API Definition 1.1, `Name`. */
export const DISPLAY_NAME = /^(?!\s*$)[\w .,'-]{1,128}$/;

/** How the scheme names somebody. A paybill and a till are one operator's own numbers: no scheme knows them. */
const ID_TYPES: Readonly<Partial<Record<PartyType, PartyIdType>>> = {
  msisdn: 'MSISDN',
  iban: 'IBAN',
  account: 'ACCOUNT_ID',
  alias: 'ALIAS',
  merchant: 'BUSINESS',
};
export const PAYEE_TYPES = Object.keys(ID_TYPES) as readonly PartyType[];

/** How the scheme may name somebody whom we keep an account of. The backend API has a word of its own besides. */
const PARTY_TYPES = {
  MSISDN: 'msisdn',
  IBAN: 'iban',
  ACCOUNT_ID: 'account',
  ACCOUNT_NO: 'account',
  ALIAS: 'alias',
  BUSINESS: 'merchant',
} as const satisfies Readonly<Record<string, PartyType>>;
export type CustomerIdType = keyof typeof PARTY_TYPES;
export const CUSTOMER_ID_TYPES = Object.keys(PARTY_TYPES) as readonly CustomerIdType[];

const typeOf = (idType: string, among: readonly CustomerIdType[] = CUSTOMER_ID_TYPES) => {
  const known = among.find((one) => one === idType);
  return known && PARTY_TYPES[known];
};

const LONGEST_NAME = 128;
const IN_MESSAGES = 60;
/** What a path can carry, and a back end finds. */
const ACCOUNT = /^(?!\.{1,2}$)[^/?]{1,64}$/;
const MSISDN = /^\+?\d{6,15}$/;

/** Somebody, as the scheme names them. */
export interface Identifier {
  readonly idType: PartyIdType;
  readonly idValue: string;
}

/** Type and value as the scheme writes them: a telephone number without its plus. @throws OrderRefused */
export function toIdentifier({ type, value, account }: Party, side: 'payer' | 'payee' = 'payee'): Identifier {
  const idType = ID_TYPES[type];
  if (idType === undefined)
    throw new OrderRefused(`the scheme knows no ${side} of this type`, `/${side}/type`);
  if (account !== undefined)
    throw new OrderRefused('the scheme carries no account reference', `/${side}/account`);
  const idValue = type === 'msisdn' ? value.replace(/^\+/, '') : value;
  if (!IDENTIFIER.test(idValue)) {
    throw new OrderRefused(
      'the scheme takes up to 128 characters without / and ?, and not the word error',
      `/${side}/value`,
    );
  }
  return { idType, idValue };
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

/** A customer of ours as we name them. @param among the types that the bank looks up @throws InboundRefused */
export function toCustomer(
  { idType, idValue, idSubValue = null }: { idType: string; idValue: string; idSubValue?: string | null },
  field: string,
  among?: readonly CustomerIdType[],
): Party {
  const type = typeOf(idType, among);
  if (type === undefined)
    throw new InboundRefused('unsupported_id_type', `${field}: ${cut(idType, IN_MESSAGES)} is not looked up`);
  if (idSubValue !== null)
    throw new InboundRefused('party_unknown', `${field}: accounts have no sub-identifiers here`);
  if (!ACCOUNT.test(idValue)) throw new InboundRefused('malformed', `${field}: is no name of an account`);
  if (type !== 'msisdn') return { type, value: idValue };
  if (!MSISDN.test(idValue)) throw new InboundRefused('malformed', `${field}: is no telephone number`);
  return { type, value: `+${idValue.replace(/^\+/, '')}` };
}

/** Somebody as they are named to us, with what else is told of them. */
export interface Named {
  readonly idType: string;
  readonly idValue: string;
  readonly displayName?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly middleName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

/** Somebody at another institution: whoever we have no word for is an alias. The name is as long as one of the scheme's at most. */
export function toStranger(party: Named): Party {
  const { idType, idValue, displayName, firstName, middleName, lastName } = party;
  const full = displayName ?? [firstName, middleName, lastName].filter((one) => one != null).join(' ');
  const name = cut(full, LONGEST_NAME);
  const named = name === '' ? {} : { name };
  const type = typeOf(idType) ?? 'alias';
  if (type !== 'msisdn') return { type, value: idValue, ...named };
  return MSISDN.test(idValue)
    ? { type, value: `+${idValue.replace(/^\+/, '')}`, ...named }
    : { type: 'alias', value: idValue, ...named };
}
