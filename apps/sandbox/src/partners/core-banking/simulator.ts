import { type FastifyError, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Desk, type Simulator } from '../../kit/simulator.js';
import { guardAccess } from './access.js';
import { Accounts } from './accounts.js';
import {
  AccountName,
  CreditOrder,
  operationId,
  QuoteOrder,
  readFields,
  readJsonBodies,
  ReversalOrder,
} from './body.js';
import { Ledger } from './ledger.js';
import { Movements } from './movements.js';
import { priceOf } from './quotes.js';
import { CoreRefusal } from './refusal.js';
import { CoreBankingSettings } from './settings.js';

/** The bank's own back end, as Passerelle asks for it: accounts, prices, credits, credits taken back. */
const simulator: Simulator = {
  mount(scope, desk) {
    const settings = CoreBankingSettings.parse(desk.settings);
    const accounts = new Accounts(settings);
    const ledger = new Ledger(desk, settings);
    const movements = new Movements(accounts, ledger);
    speakErrors(scope, desk);
    readJsonBodies(scope);
    guardAccess(scope, settings.apiKey);
    accountRoutes(scope, accounts);
    scope.post('/quotes', ({ body }) =>
      priceOf(readFields(QuoteOrder, body), accounts, settings, desk.clock.now()),
    );
    movementRoutes(scope, movements);
    desk.onBalance(() => ledger.balances());
    desk.onForget(() => {
      ledger.forget();
      movements.forget();
    });
  },
};

export default simulator;

function accountRoutes(scope: FastifyInstance, accounts: Accounts): void {
  scope.get('/accounts/:type/:value', ({ params }) => {
    const asked = AccountName.safeParse(params);
    if (!asked.success) throw new CoreRefusal('account_unknown', { status: 404 });
    try {
      const { holder, status, currencies } = accounts.find(asked.data);
      return { holder, status, currencies };
    } catch (error) {
      if (error instanceof CoreRefusal) throw new CoreRefusal(error.code, { status: 404 });
      throw error;
    }
  });
}

function movementRoutes(scope: FastifyInstance, movements: Movements): void {
  const idOf = (params: unknown) => readFields(z.object({ id: operationId }), params).id;
  scope.put('/credits/:id', ({ params, body }) =>
    movements.credit(idOf(params), readFields(CreditOrder, body)),
  );
  scope.get('/credits/:id', ({ params }) => movements.findCredit(idOf(params)));
  scope.put('/reversals/:id', ({ params, body }) =>
    movements.reverse(idOf(params), readFields(ReversalOrder, body)),
  );
  scope.get('/reversals/:id', ({ params }) => movements.findReversal(idOf(params)));
}

function speakErrors(scope: FastifyInstance, desk: Desk): void {
  desk.onFaultAnswer((status) => ({
    contentType: 'application/json',
    body: JSON.stringify(new CoreRefusal(status === 429 ? 'too_many_requests' : 'internal').body),
  }));
  scope.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal = error instanceof CoreRefusal ? error : asRefusal(error);
    if (refusal.retryAfterS !== undefined) void reply.header('retry-after', String(refusal.retryAfterS));
    return reply.code(refusal.status).send(refusal.body);
  });
  scope.setNotFoundHandler((_request, reply) => reply.code(404).send(new CoreRefusal('not_found').body));
}

/** Fastify's own refusals (a body too large, a length that is wrong) are malformed requests; the rest is ours. */
const asRefusal = ({ statusCode = 500 }: FastifyError): CoreRefusal =>
  new CoreRefusal(statusCode < 500 ? 'malformed' : 'internal');
