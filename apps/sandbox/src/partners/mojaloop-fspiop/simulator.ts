import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type z } from 'zod';
import { type Desk, type Simulator } from '../../kit/simulator.js';
import { Ear } from './incoming/ear.js';
import { IncomingLedger } from './incoming/ledger.js';
import { IncomingPayments } from './incoming/payments.js';
import { Requester } from './incoming/requester.js';
import { answerRoutes } from './incoming/routes.js';
import { errorBody } from './magic.js';
import { Messenger } from './messenger.js';
import { Payers } from './payers.js';
import { FspiopSettings } from './settings.js';
import { isSealed } from './signature.js';
import { Switch } from './switch.js';
import { Prepare, QuoteRequest, TransactionRequest } from './wire.js';

const TOKEN_PATH = '/oauth2/token';
const TOKEN_LIFETIME_S = 3_600;

/** Answered at once: the request was not taken. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** A switch that speaks FSPIOP 1.1: every request gets 202, and its answer by a callback. It asks the bank in the same way. */
const simulator: Simulator = {
  tokenRoute: `POST ${TOKEN_PATH}`,
  mount(scope, desk) {
    const settings = FspiopSettings.parse(desk.settings);
    const ledger = new IncomingLedger(desk);
    const messenger = new Messenger(desk, settings);
    const theSwitch = new Switch(desk, settings, messenger, ledger);
    const gate = new Gate(settings);
    speakErrors(scope, desk);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
    gate.handOutTokens(scope);
    scope.get('/parties/:type/:id', { config: { acts: true } }, async (request, reply) => {
      gate.check(request, scope.prefix);
      const { type, id } = request.params as { type: string; id: string };
      await theSwitch.lookUp(pathOf(request, scope.prefix), type, id);
      return reply.code(202).send();
    });
    scope.post('/quotes', async (request, reply) => {
      gate.check(request, scope.prefix);
      await theSwitch.quote(read(QuoteRequest, request), String(request.body));
      return reply.code(202).send();
    });
    scope.post('/transfers', async (request, reply) => {
      gate.check(request, scope.prefix);
      await theSwitch.transfer(read(Prepare, request), String(request.body));
      return reply.code(202).send();
    });
    scope.get('/transfers/:id', async (request, reply) => {
      gate.check(request, scope.prefix);
      await theSwitch.tell((request.params as { id: string }).id);
      return reply.code(202).send();
    });
    const [ear, requester] = [new Ear(desk), new Requester(desk, settings)];
    const payments = new IncomingPayments(desk, settings, requester, ledger, ear);
    const payers = new Payers(desk, settings, messenger, payments);
    scope.post('/transactionRequests', async (request, reply) => {
      gate.check(request, scope.prefix);
      await payers.ask(read(TransactionRequest, request), String(request.body));
      return reply.code(202).send();
    });
    answerRoutes(scope, ear, payments, (request) => {
      gate.check(request, scope.prefix);
    });
    desk.onConnector(requester);
    desk.onReceipt((body) => payments.receive(body));
    desk.onForget(() => {
      theSwitch.forget();
      payments.forget();
      payers.forget();
    });
  },
};

export default simulator;

const pathOf = ({ url }: FastifyRequest, prefix: string): string => url.slice(prefix.length);

function read<Shape>(schema: z.ZodType<Shape>, { body }: FastifyRequest): Shape {
  try {
    const parsed = schema.safeParse(JSON.parse(String(body)));
    if (parsed.success) return parsed.data;
  } catch {
    throw new Refusal(400, '3101');
  }
  throw new Refusal(400, '3100');
}

/** Who may come in: by token, headers and signature. */
class Gate {
  readonly #tokens = new Set<string>();

  constructor(private readonly settings: FspiopSettings) {}

  handOutTokens(scope: FastifyInstance): void {
    scope.post(TOKEN_PATH, (request, reply) => {
      const { client } = this.settings;
      const wanted = client && Buffer.from(`${client.id}:${client.secret}`).toString('base64');
      if (request.headers.authorization !== `Basic ${wanted}`) return reply.code(401).send();
      const token = randomUUID();
      this.#tokens.add(token);
      return reply.send({ access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_S });
    });
  }

  /** @throws Refusal */
  check(request: FastifyRequest, prefix: string): void {
    const { headers, method } = request;
    const { client, fspId, publicKey } = this.settings;
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (client && !this.#tokens.has(token)) throw new Refusal(401, '3000');
    const resource = pathOf(request, prefix).split('/')[1] ?? '';
    const type = `application/vnd.interoperability.${resource}+json;version=1`;
    // An answer asks for none itself.
    if (method !== 'PUT' && !headers.accept?.startsWith(type)) throw new Refusal(406, '3001');
    if (headers.date === undefined || headers['content-type']?.startsWith(type) !== true)
      throw new Refusal(400, '3102');
    if (headers['fspiop-source'] !== fspId) throw new Refusal(400, '3202');
    if (!publicKey || method === 'GET') return;
    const sealed = { headers: headers as Record<string, string>, path: pathOf(request, prefix), method };
    if (!isSealed(publicKey, sealed, String(request.body))) throw new Refusal(400, '3105');
  }
}

function speakErrors(scope: FastifyInstance, desk: Desk): void {
  desk.onFaultAnswer((status) => ({
    contentType: 'application/json',
    body: JSON.stringify(errorBody(status === 429 ? '2005' : '2003')),
  }));
  scope.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send(errorBody(error.code));
    return reply.code(500).send(errorBody('2001'));
  });
  scope.setNotFoundHandler((_request, reply) => reply.code(404).send(errorBody('3002')));
}
