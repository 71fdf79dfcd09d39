import { type FastifyError, type FastifyInstance } from 'fastify';
import { type Desk, type Simulator } from '../../kit/simulator.js';
import { NotJson, readJsonBodies } from './body.js';
import { idsOf } from './ids.js';
import { ConnectorClient } from './incoming/connector-client.js';
import { IncomingPayments } from './incoming/payments.js';
import { partyRoutes } from './parties.routes.js';
import { requestRoutes } from './requests/routes.js';
import { malformed, Refusal } from './refusal.js';
import { Participants } from './scheme/participants.js';
import { Switch } from './scheme/switch.js';
import { MojaloopSettings } from './settings.js';
import { transferRoutes } from './transfers/routes.js';

/**
 * Payment Manager as a bank's programs see it: the outbound API of its scheme adapter, the calls that it makes to
 * the bank's core connector, and a scheme behind both.
 */
const simulator: Simulator = {
  mount(scope, desk) {
    const settings = MojaloopSettings.parse(desk.settings);
    const around = {
      desk,
      settings,
      ids: idsOf(settings),
      participants: new Participants(desk, settings),
      theSwitch: new Switch(desk, settings),
    };
    speakErrors(scope, desk);
    readJsonBodies(scope);
    scope.get('/', (_request, reply) => reply.code(200).send());
    partyRoutes(scope, around);
    const forgetTransfers = transferRoutes(scope, around);
    const connector = new ConnectorClient(desk, settings);
    const incoming = new IncomingPayments(around, connector);
    const forgetRequests = requestRoutes(scope, around, connector, incoming);
    desk.onConnector(connector);
    desk.onReceipt((body) => incoming.receive(body));
    desk.onForget(() => {
      around.theSwitch.forget();
      forgetTransfers();
      forgetRequests();
    });
  },
};

export default simulator;

function speakErrors(scope: FastifyInstance, desk: Desk): void {
  desk.onFaultAnswer((status) => ({
    contentType: 'application/json',
    body: JSON.stringify(plain(status, status === 429 ? 'Too Many Requests' : 'Internal Server Error').body),
  }));
  scope.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (error instanceof NotJson) return reply.code(404).type('text/plain').send('Not Found');
    const refusal = error instanceof Refusal ? error : asRefusal(error);
    return reply.code(refusal.status).send(refusal.body);
  });
  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.slice(scope.prefix.length).split('?', 1)[0] ?? '';
    const { status, body } = malformed(`Couldn't match path ${path}`);
    return reply.code(status).send(body);
  });
}

/** An error of the scheme adapter's own, that tells nothing of a transfer. */
const plain = (status: number, message: string) =>
  new Refusal(message, { status, statusCode: String(status) });

/** Fastify's own refusals (a body too large, a length that is wrong) are malformed requests; the rest is ours. */
function asRefusal(error: FastifyError): Refusal {
  const { statusCode = 500 } = error;
  return statusCode < 500 ? malformed(error.message) : plain(statusCode, error.message);
}
