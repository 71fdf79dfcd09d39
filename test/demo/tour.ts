import { type GatewayClient, type OperationView } from '../support/gateway-client.js';
import { type SandboxControls } from '../support/sandbox-controls.js';

/** One operation of the tour, and how it should have gone. */
export interface Visit {
  /** What was asked for, in words. */
  readonly asked: string;
  readonly operation: OperationView;
  readonly expected: 'succeeded' | 'failed';
  /** States that it has to have passed. */
  readonly through?: readonly string[];
  /** Under which references of ours the partner may have booked it. */
  readonly references: readonly string[];
  /** What the partner calls it, where that is not what we call it. */
  readonly bookedAs?: 'receipt';
  /** What was not as it should be, found on the way. */
  readonly objections?: readonly string[];
}

/** What every stop of the tour works with. */
export interface Guide {
  readonly client: GatewayClient;
  readonly sandbox: SandboxControls;
  /** A reference that no other run uses; short enough for every partner. */
  readonly reference: () => string;
  readonly say: (sentence: string) => void;
  /** Tells every state that the operation comes to, until it has ended. */
  follow(asked: string, id: string): Promise<OperationView>;
}

/** One stop: asks for something and waits until it is over. */
export type Stop = (guide: Guide) => Promise<readonly Visit[]>;

/** A telephone number out of many, so that no other payment of today looks the same. `ending` chooses the outcome. */
export const numberEndingIn = (prefix: string, length: number, ending: string): string => {
  const free = length - prefix.length - ending.length;
  const middle = Math.floor(Math.random() * 10 ** free);
  return `${prefix}${String(middle).padStart(free, '0')}${ending}`;
};

export const msisdn = (value: string) => ({ type: 'msisdn', value });

/** Posts, and follows what was made of it. @throws with the gateway's own words when it was refused */
export async function ask(
  guide: Guide,
  asked: string,
  path: string,
  body: object,
  idempotencyKey?: string,
): Promise<OperationView> {
  const options = idempotencyKey === undefined ? {} : { idempotencyKey };
  const { status, body: made } = await guide.client.post(path, body, options);
  if (status !== 200 && status !== 202) throw new Error(`${asked}: ${status} ${JSON.stringify(made)}`);
  return guide.follow(asked, made.id);
}
