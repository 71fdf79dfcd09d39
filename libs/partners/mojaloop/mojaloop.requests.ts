import { cut } from '#domain';
import { type Order, OrderRefused } from '#partner-kit';
import { toAmount } from '../fspiop/amounts.js';
import { toDisplayName, toIdentifier } from '../fspiop/names.js';
import { LONGEST_NOTE } from '../fspiop/requests.js';
import {
  type MojaloopParty,
  type MojaloopRequestBody,
  type MojaloopTransferBody,
} from './mojaloop.client.js';
import { type MojaloopSettings } from './mojaloop.settings.js';

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
