import { Money, MoneyError, Msisdn, MsisdnError } from '#domain';
import { type SearchFilter } from '#gateway';
import { z } from 'zod';
import { pageFields, pageOf, timeField, toTime } from '../http/page.dto.js';
import { storableText } from '../http/text.js';
import { type FieldError, Problem } from '../problems/problem.js';
import { CURRENCY_CODES } from './money.dto.js';
import { KindDto, OperationDto, OperationIdDto, StateDto } from './operation.dto.js';

const text = (most: number, what: string) => storableText.min(1).max(most).optional().describe(what);

export const amountFields = {
  amount: text(24, 'Exact amount, with `currency`.').meta({ examples: ['1500'] }),
  currency: z.enum(CURRENCY_CODES).optional().describe('ISO 4217 code, with `amount`.'),
};

export const SearchQueryDto = z.strictObject({
  id: OperationIdDto.optional(),
  reference: text(64, 'Your own reference.'),
  partnerReference: text(128, 'Any identifier that the partner gave it.'),
  receipt: text(128, 'The partner’s receipt number.'),
  passesOn: OperationIdDto.optional().describe('The receipt whose money it passes on to a customer.'),
  msisdn: text(24, 'Of the payer or the payee, with its country code. A leading `+` is written `%2B`.').meta({
    examples: ['254712000345'],
  }),
  ...amountFields,
  state: StateDto.optional(),
  kind: KindDto.optional(),
  partner: text(40, 'Id of the partner.'),
  from: timeField('Made at this time or later.'),
  to: timeField('Made before this time.'),
  ...pageFields,
});

export type SearchQueryDto = z.infer<typeof SearchQueryDto>;

export const OperationPageDto = pageOf(OperationDto, 'OperationPage', 'One page of operations.');
export type OperationPageDto = z.infer<typeof OperationPageDto>;

export function queryProblem(field: string, message: string): Problem {
  const error: FieldError = { in: 'query', pointer: `/${field}`, message };
  return new Problem('validation-failed', { detail: `/${field}: ${message}`, errors: [error] });
}

/** @throws Problem where only one of the two is there, or they are no amount together */
export function readAmount({
  amount,
  currency,
}: {
  amount?: string | undefined;
  currency?: string | undefined;
}): Money | undefined {
  if (amount === undefined && currency === undefined) return undefined;
  if (amount === undefined) throw queryProblem('amount', 'goes with currency');
  if (currency === undefined) throw queryProblem('currency', 'goes with amount');
  try {
    return Money.parse(amount, currency);
  } catch (error) {
    if (error instanceof MoneyError) throw queryProblem('amount', error.message);
    throw error;
  }
}

/** The one written form of a number. A plus in a query arrives as a space. */
export function readMsisdn(msisdn: string | undefined): string | undefined {
  if (msisdn === undefined) return undefined;
  try {
    return Msisdn.parse(msisdn.trim()).e164;
  } catch (error) {
    if (error instanceof MsisdnError) throw queryProblem('msisdn', error.message);
    throw error;
  }
}

/** @throws Problem naming the field */
export function toSearchFilter(query: SearchQueryDto, clientId: string, unowned: boolean): SearchFilter {
  const { id, reference, partnerReference, receipt, passesOn, state, kind, partner } = query;
  return {
    ...{ clientId, unowned, id, reference, partnerReference, receipt, passesOn, state, kind, partner },
    msisdn: readMsisdn(query.msisdn),
    amount: readAmount(query),
    from: toTime(query.from),
    to: toTime(query.to),
  };
}
