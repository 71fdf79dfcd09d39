import { type FastifyError, type FastifyInstance } from 'fastify';
import { type Desk, type Simulator } from '../../kit/simulator.js';
import { guardAccess } from './access.js';
import { readJsonBodies } from './body.js';
import { payerPage } from './checkout/payer-page.js';
import { checkoutRoutes } from './checkout/routes.js';
import { Sessions } from './checkout/sessions.js';
import { steeringRoutes } from './checkout/steering.js';
import { businessPayoutRoutes } from './payouts/b2b.routes.js';
import { Batches } from './payouts/batches.js';
import { Payouts } from './payouts/payouts.js';
import { recipientRoutes } from './payouts/recipient.routes.js';
import { payoutRoutes } from './payouts/routes.js';
import { receiptHandler } from './receipts.js';
import { refusalBody, refusalForStatus, WaveRefusal } from './refusal.js';
import { WaveSettings } from './settings.js';
import { walletRoutes } from './wallet/routes.js';
import { Wallet } from './wallet/wallet.js';
import { type WaveDesk } from './wave-desk.js';
import { Webhooks } from './webhooks.js';

/** Wave Business: one wallet with its Checkout, Payout, Balance and B2B APIs and its webhooks. */
const simulator: Simulator = {
  async mount(scope, desk) {
    const settings = WaveSettings.parse(desk.settings);
    const wave = {
      desk,
      settings,
      wallet: new Wallet(desk, settings),
      webhooks: new Webhooks(desk, settings),
    };
    speakErrors(scope, desk, settings);
    readJsonBodies(scope);
    const sessions = new Sessions(wave);
    await scope.register(
      inside((open) => {
        payerPage(open, sessions, settings.payerMobile);
        steeringRoutes(open, sessions, wave);
      }),
    );
    await scope.register(
      inside((guarded) => {
        guardAccess(guarded, settings, desk.clock);
        desk.onForget(businessApi(guarded, sessions, wave));
      }),
    );
    desk.onReceipt(receiptHandler(wave));
  },
};

export default simulator;

/** Routes that need a key. Answers how to forget everything behind them. */
function businessApi(scope: FastifyInstance, sessions: Sessions, wave: WaveDesk): () => void {
  const payouts = new Payouts(wave);
  const batches = new Batches(wave, payouts);
  checkoutRoutes(scope, sessions, wave.settings);
  walletRoutes(scope, wave);
  const forgetRoutes = [
    payoutRoutes(scope, payouts, batches, wave),
    recipientRoutes(scope, payouts, wave),
    businessPayoutRoutes(scope, wave),
  ];
  return () => {
    for (const part of [wave.wallet, sessions, payouts, batches]) part.forget();
    for (const forget of forgetRoutes) forget();
  };
}

/** A plugin for Fastify around a function that only registers. */
function inside(register: (scope: FastifyInstance) => void) {
  return (scope: FastifyInstance, _options: object, done: () => void): void => {
    register(scope);
    done();
  };
}

function speakErrors(scope: FastifyInstance, desk: Desk, { errorEnvelope }: WaveSettings): void {
  const shape = (refusal: WaveRefusal) => JSON.stringify(refusalBody(refusal, errorEnvelope));
  desk.onFaultAnswer((status) => ({
    contentType: 'application/json',
    body: shape(refusalForStatus(status)),
  }));
  scope.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal = error instanceof WaveRefusal ? error : asRefusal(error);
    return reply.code(refusal.status).type('application/json').send(shape(refusal));
  });
  scope.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .type('application/json')
      .send(shape(new WaveRefusal('not-found'))),
  );
}

/** Fastify's own refusals (a body too large, a length that is wrong) are malformed requests; the rest is ours. */
function asRefusal(error: FastifyError): WaveRefusal {
  const { statusCode = 500 } = error;
  return new WaveRefusal(statusCode < 500 ? 'request-parsing-error' : 'internal-server-error');
}
