import {
  type ConfirmationMode,
  CURRENCIES,
  Money,
  Msisdn,
  MsisdnError,
  type OperationKind,
  type Party,
} from '#domain';
import {
  type AmountLimit,
  type Capability,
  type Confirmable,
  type Order,
  OrderRefused,
  type Partner,
  PartnerRegistry,
} from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { CapabilityNotSupported, PartnerSwitchedOff, UnknownPartner } from '../partners/partner-errors.js';

/** Which capability carries out an operation of that kind. */
export const CAPABILITY_OF = {
  payment: 'collections',
  transfer: 'disbursements',
  reversal: 'reversals',
  receipt: 'receipts',
} as const satisfies Partial<Record<OperationKind, Capability>>;

/** What the checks need of a request. */
export interface Draft {
  readonly kind: 'payment' | 'transfer';
  readonly partner: string;
  readonly amount: Money;
  readonly payer: Party | null;
  readonly payee: Party | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly method: string | null;
  readonly returnUrls: { readonly success: string; readonly failure: string } | null;
  readonly confirmation: ConfirmationMode | null;
}

/** May this be asked of that partner? Everything that is sure to be refused is refused before it is stored. */
@Injectable()
export class Orders {
  constructor(private readonly partners: PartnerRegistry) {}

  /**
   * The draft with its parties in their one written form.
   * @throws UnknownPartner, PartnerSwitchedOff, CapabilityNotSupported, OrderRefused naming the field
   */
  check<T extends Draft>(draft: T, id: string): T {
    const partner = this.partners.find(draft.partner);
    if (!partner) throw new UnknownPartner(draft.partner);
    const capability = CAPABILITY_OF[draft.kind];
    const able = partner.adapter[capability];
    if (!able) throw new CapabilityNotSupported(draft.partner, capability);
    if (!partner.enabled) throw new PartnerSwitchedOff(draft.partner);
    checkAmount(draft.amount, partner.descriptor.limits[capability] ?? []);
    checkMethod(partner, draft);
    checkConfirmation(able, draft);
    const order = {
      ...draft,
      payer: normalised(partner, draft.payer, 'payer'),
      payee: normalised(partner, draft.payee, 'payee'),
    };
    able.check?.(orderOf(order, id));
    return order;
  }
}

const orderOf = (draft: Draft, id: string): Order => ({
  id,
  kind: draft.kind,
  amount: draft.amount,
  payer: draft.payer,
  payee: draft.payee,
  reference: draft.reference,
  description: draft.description,
  method: draft.method,
  returnUrls: draft.returnUrls,
  isRepeat: false,
});

/** @throws OrderRefused for what a partner does not take, by amount or currency */
export function checkAmount(amount: Money, limits: readonly AmountLimit[]): void {
  if (!amount.isPositive) throw new OrderRefused('an amount is more than zero', '/amount/value');
  const limit = limits.find(({ currency }) => currency === amount.currency);
  if (!limit) {
    const known = limits.map(({ currency }) => currency).join(', ');
    throw new OrderRefused(`this partner takes ${known}`, '/amount/currency');
  }
  if (limit.wholeUnits && CURRENCIES[amount.currency] > 0 && !amount.isWhole) {
    throw new OrderRefused(`this partner takes whole ${amount.currency} only`, '/amount/value');
  }
  const least = Money.parse(limit.least, amount.currency);
  const most = Money.parse(limit.most, amount.currency);
  if (least.isMoreThan(amount) || amount.isMoreThan(most)) {
    throw new OrderRefused(
      `this partner takes from ${limit.least} to ${limit.most} ${amount.currency}`,
      '/amount/value',
    );
  }
}

function checkMethod({ adapter }: Partner, { kind, method }: Draft): void {
  if (method === null) return;
  const methods = kind === 'payment' ? (adapter.collections?.methods ?? []) : [];
  if (methods.includes(method)) return;
  const choice = methods.length > 0 ? `one of ${methods.join(', ')}` : 'left out';
  throw new OrderRefused(`for this partner the method is ${choice}`, '/method');
}

function checkConfirmation(able: Confirmable, { confirmation }: Draft): void {
  if (confirmation !== null && !able.confirm)
    throw new OrderRefused('this partner asks for no confirmations', '/confirmation');
}

function normalised({ descriptor }: Partner, party: Party | null, role: 'payer' | 'payee'): Party | null {
  if (!party) return null;
  const types = role === 'payer' ? descriptor.payerTypes : descriptor.payeeTypes;
  if (!types.includes(party.type)) {
    throw new OrderRefused(`this partner takes ${types.join(', ') || 'none'}`, `/${role}/type`);
  }
  if (party.type !== 'msisdn') return party;
  try {
    return { ...party, value: Msisdn.parse(party.value, descriptor.country).e164 };
  } catch (error) {
    if (error instanceof MsisdnError) throw new OrderRefused(error.message, `/${role}/value`);
    throw error;
  }
}
