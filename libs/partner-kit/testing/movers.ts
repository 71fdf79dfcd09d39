import { type OperationKind } from '#domain';
import { type PartnerAdapter } from '../port/adapter.js';
import { type Order } from '../port/order.js';
import { type MovingOrders, type OrderDraft } from './contract.js';
import { type Contract } from './promise.js';
import { orderOf } from './stage.js';
import { type Moves, nobodyToAsk, Story } from './story.js';

/** A capability that moves money by an order of ours alone. */
export interface Mover {
  readonly kind: Extract<OperationKind, 'payment' | 'transfer'>;
  readonly capability: 'collections' | 'disbursements';
  /** The method of the capability that moves money. */
  readonly verb: 'collect' | 'disburse';
  readonly orders: MovingOrders | undefined;
  readonly enquires: boolean;
  /** Does the partner ask before it moves money? */
  readonly asks: boolean;
  moves(adapter: PartnerAdapter): Moves;
  check(order: Order): void;
  readonly hasCheck: boolean;
  resubmissionIsSafe(order: Order): boolean;
  canCancel: boolean;
}

/** Those that the adapter has. */
export function moversOf({ adapter, setUp }: Contract): Mover[] {
  const { collections, disbursements } = adapter;
  const movers: Mover[] = [];
  if (collections) {
    movers.push({
      ...frameOf(collections),
      kind: 'payment',
      capability: 'collections',
      verb: 'collect',
      orders: setUp.orders.payment,
      canCancel: collections.cancel !== undefined,
      moves: ({ collections: capability = collections }) => ({
        submit: (order) => capability.collect(order),
        ...answersOf(capability),
      }),
    });
  }
  if (disbursements) {
    movers.push({
      ...frameOf(disbursements),
      kind: 'transfer',
      capability: 'disbursements',
      verb: 'disburse',
      orders: setUp.orders.transfer,
      canCancel: false,
      moves: ({ disbursements: capability = disbursements }) => ({
        submit: (order) => capability.disburse(order),
        ...answersOf(capability),
      }),
    });
  }
  return movers;
}

type Capability = NonNullable<PartnerAdapter['collections'] | PartnerAdapter['disbursements']>;

/** What of a capability answers about an order that has been sent. */
const answersOf = (capability: Capability): Omit<Moves, 'submit'> => ({
  enquire: capability.enquire && ((order) => capability.enquire?.(order) ?? nobodyToAsk()),
  confirm: capability.confirm && ((order, step) => capability.confirm?.(order, step) ?? nobodyToAsk()),
});

const frameOf = (capability: Capability) => ({
  enquires: capability.enquire !== undefined,
  asks: capability.confirm !== undefined,
  hasCheck: capability.check !== undefined,
  check: (order: Order) => capability.check?.(order),
  resubmissionIsSafe: (order: Order) => capability.resubmissionIsSafe(order),
});

/** A new order on the stage, not yet sent. */
export function newStory(contract: Contract, mover: Mover, draft: OrderDraft): Story {
  const stage = contract.stage();
  return new Story(stage, orderOf(mover.kind, draft), mover.moves(stage.adapter), mover.orders?.questions);
}
