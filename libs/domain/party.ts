/** How somebody who pays or is paid is named. `paybill` and `till` are a mobile operator's business numbers. */
export const PARTY_TYPES = ['msisdn', 'iban', 'account', 'alias', 'paybill', 'till', 'merchant'] as const;
export type PartyType = (typeof PARTY_TYPES)[number];

/** Somebody who pays or is paid. */
export interface Party {
  readonly type: PartyType;
  /** An MSISDN in E.164 with its plus; anything else as the partner writes it. */
  readonly value: string;
  /** The account at the payee that the money is meant for (a paybill's account reference). */
  readonly account?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * "+254712000345" becomes "+2547•••••345": enough to recognise, too little to call.
 * Short values (a till, a paybill) are public numbers and stay.
 */
export function maskPartyValue(type: PartyType, value: string): string {
  if (type === 'paybill' || type === 'till' || type === 'merchant') return value;
  if (value.length <= 6) return '•'.repeat(value.length);
  const head = value.startsWith('+') ? 5 : 4;
  return value.slice(0, head) + '•'.repeat(Math.max(value.length - head - 3, 3)) + value.slice(-3);
}

/** The party with its value masked and its name left out. */
export const maskParty = ({ type, value, account }: Party): Party => ({
  type,
  value: maskPartyValue(type, value),
  ...(account === undefined ? {} : { account }),
});
