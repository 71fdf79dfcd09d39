import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type SimulatedTime } from '../kit/clock.js';
import { type PartnerDesk } from '../kit/desk.js';
import { FaultList } from '../kit/faults.js';
import { ControlProblem, sendProblem } from './problem.js';

type Desks = ReadonlyMap<string, PartnerDesk>;

/** Exactly one of the two. */
const ClockMove = z
  .strictObject({ advanceMs: z.int().min(0), at: z.iso.datetime({ offset: true }) })
  .partial()
  .refine(({ advanceMs, at }) => (advanceMs === undefined) !== (at === undefined), 'give advanceMs or at');

/** The control API: what a test or a person steers the simulated partners with. */
export function controlRoutes(scope: FastifyInstance, desks: Desks, time: SimulatedTime): void {
  acceptEmptyBodies(scope);
  scope.setErrorHandler((error, _request, reply) => sendProblem(error, reply));
  scope.setNotFoundHandler((_request, reply) =>
    sendProblem(new ControlProblem(404, 'not-found', 'No such route'), reply),
  );
  partnerRoutes(scope, desks);
  connectorRoutes(scope, desks);
  faultRoutes(scope, desks);
  clockRoutes(scope, time);
}

function partnerRoutes(scope: FastifyInstance, desks: Desks): void {
  scope.get('/partners', () => ({
    partners: [...desks.values()].map((desk) => ({
      id: desk.id,
      operator: desk.operator,
      baseUrl: desk.publicUrl(),
      balance: desk.balance(),
    })),
  }));
  scope.get<{ Querystring: { reference?: string } }>('/partners/:id/books', (request) => {
    const desk = deskOf(request, desks);
    return { entries: desk.books.entries(request.query.reference), balance: desk.balance() };
  });
  scope.delete('/partners/:id/books', (request, reply) => {
    deskOf(request, desks).forget();
    return reply.code(204).send();
  });
  scope.get('/partners/:id/requests', (request) => deskOf(request, desks).requests.report());
  scope.get('/partners/:id/arrivals', (request) => deskOf(request, desks).requests.arrivals());
  scope.post('/partners/:id/receipts', async (request, reply) => {
    const { id, receive } = deskOf(request, desks);
    if (!receive) throw new ControlProblem(422, 'not-supported', `Nobody pays ${id} unasked`);
    return reply.code(201).send(await receive(request.body));
  });
}

function connectorRoutes(scope: FastifyInstance, desks: Desks): void {
  const connectorOf = (request: FastifyRequest) => {
    const { id, connector } = deskOf(request, desks);
    if (!connector) throw new ControlProblem(422, 'not-supported', `${id} calls no program of the bank's`);
    return connector;
  };
  scope.get('/partners/:id/connector', (request) => connectorOf(request).address());
  scope.put('/partners/:id/connector', (request) => {
    const connector = connectorOf(request);
    connector.moveTo(request.body);
    return connector.address();
  });
}

function faultRoutes(scope: FastifyInstance, desks: Desks): void {
  scope.get('/partners/:id/faults', (request) => deskOf(request, desks).faults.list());
  scope.put('/partners/:id/faults', (request) => {
    const { faults } = deskOf(request, desks);
    faults.replace(FaultList.parse(request.body));
    return faults.list();
  });
  scope.post('/partners/:id/faults', (request) => {
    const { faults } = deskOf(request, desks);
    faults.add(FaultList.parse(request.body));
    return faults.list();
  });
  scope.delete('/partners/:id/faults', (request, reply) => {
    deskOf(request, desks).faults.replace([]);
    return reply.code(204).send();
  });
}

function clockRoutes(scope: FastifyInstance, time: SimulatedTime): void {
  const reading = () => ({ now: new Date(time.nowMs()).toISOString(), aheadMs: time.nowMs() - Date.now() });
  scope.get('/clock', reading);
  scope.post('/clock', (request) => {
    const { advanceMs = 0, at } = ClockMove.parse(request.body);
    time.moveTo(at === undefined ? time.nowMs() + advanceMs : Date.parse(at));
    return reading();
  });
  scope.delete('/clock', () => {
    time.backToReal();
    return reading();
  });
}

function deskOf(request: FastifyRequest, desks: Desks): PartnerDesk {
  const { id } = request.params as { id: string };
  const desk = desks.get(id);
  if (!desk) throw new ControlProblem(404, 'unknown-partner', `No partner "${id}" in this sandbox`);
  return desk;
}

/** Many clients announce JSON on a DELETE and then send nothing. */
function acceptEmptyBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
}
