import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type SandboxClock } from './clock.js';
import { type Faults, type Subject } from './faults.js';
import { type FaultAnswer } from './simulator.js';

interface Surroundings {
  readonly prefix: string;
  readonly faults: Faults;
  readonly clock: SandboxClock;
  readonly shape: (status: number) => FaultAnswer;
}

const nonsense =
  '<!DOCTYPE html><html><head><title>Just a moment</title></head><body><h1>Service</h1></body></html>';
const slowByDefaultMs = 5_000;
const never = () => new Promise<never>(() => undefined);

/**
 * Puts the answer faults around every route of `scope`. Those "after acting" wait for a request that changed
 * something: no mere GET, and answered 2xx.
 */
export function injectAnswerFaults(scope: FastifyInstance, surroundings: Surroundings): void {
  const { faults } = surroundings;
  const spoiled = new WeakSet<FastifyRequest>();
  const exempt = (request: FastifyRequest) =>
    faults.idle || request.routeOptions.config.outsideProtocol === true;

  scope.addHook('preHandler', async (request, reply) => {
    if (exempt(request)) return;
    await beforeActing(request, reply, surroundings, spoiled);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    if (exempt(request) || spoiled.has(request)) return payload;
    return afterActing(request, reply, payload, surroundings);
  });
}

async function beforeActing(
  request: FastifyRequest,
  reply: FastifyReply,
  { prefix, faults, shape }: Surroundings,
  spoiled: WeakSet<FastifyRequest>,
): Promise<void> {
  const fault = faults.take(
    ['timeout-before-acting', 'error-5xx', 'throttled', 'reset'],
    subjectOf(request, prefix),
  );
  if (!fault) return;
  spoiled.add(request);
  switch (fault.fault) {
    case 'timeout-before-acting':
      reply.hijack();
      return;
    case 'reset':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    default: {
      const status = fault.fault === 'throttled' ? 429 : (fault.status ?? 503);
      const { contentType, body } = shape(status);
      await reply.code(status).type(contentType).send(body);
    }
  }
}

async function afterActing(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  { prefix, faults, shape, clock }: Surroundings,
): Promise<unknown> {
  const acts = request.method !== 'GET' || request.routeOptions.config.acts === true;
  const acted = acts && reply.statusCode < 300;
  const names = acted ? ([...afterActingNames, ...alwaysNames] as const) : alwaysNames;
  const fault = faults.take(names, subjectOf(request, prefix));
  switch (fault?.fault) {
    case 'timeout-after-acting':
      return never();
    case 'reset-after-acting':
      request.raw.socket.resetAndDestroy();
      return never();
    case 'error-5xx-after-acting': {
      const status = fault.status ?? 500;
      const { contentType, body } = shape(status);
      void reply.code(status).type(contentType);
      return body;
    }
    case 'slow':
      await new Promise<void>((resolve) => clock.after(fault.delayMs ?? slowByDefaultMs, resolve));
      return payload;
    case 'nonsense':
      void reply.code(200).type('text/html; charset=utf-8');
      return nonsense;
    default:
      return payload;
  }
}

const afterActingNames = ['timeout-after-acting', 'error-5xx-after-acting', 'reset-after-acting'] as const;
const alwaysNames = ['slow', 'nonsense'] as const;

/** A request may carry its reference, party and amount in any plain field of its body, its query or its path. */
function subjectOf(request: FastifyRequest, prefix: string): Subject {
  const values = [request.body, request.query, request.params].flatMap(plainValues);
  const path = request.url.slice(prefix.length).split('?', 1)[0] ?? '';
  return { path, reference: values, party: values, amount: values };
}

function plainValues(holder: unknown): string[] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.values(holder).flatMap((value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  );
}
