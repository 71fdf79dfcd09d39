import { describe, expect } from '@jest/globals';
import { type ContractOrders, type OrderDraft } from '../contract.js';
import { type Contract, promise } from '../promise.js';
import { NOWHERE } from '../stage.js';

/** Looks at every line and error of all promises before it: comes last. */
export function describeSecrecy(contract: Contract): void {
  const { setUp } = contract;
  const hint = { file: 'client', advice: 'name fields and routes in errors, never values' } as const;
  describe('what an operator reads', () => {
    promise(contract, 'shows no secret', hint, () => {
      const configured = Object.values(setUp.configure(NOWHERE).secrets);
      const hidden = [...configured, ...(setUp.secrets ?? [])];
      expect(linesWith(contract, hidden)).toEqual([]);
    });

    promise(contract, 'shows nobody’s telephone number', hint, () => {
      const numbers = drafts(setUp.orders).flatMap(numbersIn);
      expect(linesWith(contract, numbers)).toEqual([]);
    });
  });
}

const linesWith = (contract: Contract, hidden: readonly string[]): string[] =>
  contract
    .stage()
    .journal.lines.filter((line) => hidden.some((value) => value !== '' && line.includes(value)));

const drafts = ({ payment, transfer }: ContractOrders): OrderDraft[] =>
  [payment, transfer].flatMap((orders) =>
    orders ? [orders.paid, ...orders.declined.map(({ order }) => order), orders.open ?? []].flat() : [],
  );

const numbersIn = ({ payer, payee }: OrderDraft): string[] =>
  [payer, payee].flatMap((party) => (party?.type === 'msisdn' ? [party.value.replace(/^\+/, '')] : []));
