import { type FastifyInstance } from 'fastify';
import { type Desk, type Simulator } from '../../kit/simulator.js';
import { B2b } from './b2b.js';
import { B2c } from './b2c.js';
import { C2b } from './c2b.js';
import { Confirmations } from './confirmations.js';
import { InitiatorCredentials } from './credentials.js';
import { SmsLog } from './customers.js';
import { Enquiries } from './enquiries.js';
import { faultAnswer, Gate } from './gate.js';
import { History } from './history.js';
import { InitiatorFlow } from './initiator-flow.js';
import { Ledger } from './ledger.js';
import { Messenger } from './messenger.js';
import { PaidIn } from './paid-in.js';
import { Prompts } from './prompts.js';
import { mountQr } from './qr.js';
import { Reversals } from './reversal.js';
import { DarajaSettings } from './settings.js';
import { StkPush } from './stk.js';
import { StkQuery } from './stk-query.js';
import { Tokens } from './tokens.js';

/** Safaricom's M-PESA as its Daraja API shows it, over one ledger. */
const simulator: Simulator = {
  tokenRoute: 'GET /oauth/v1/generate',

  mount(scope: FastifyInstance, desk: Desk): void {
    const settings = DarajaSettings.parse(desk.settings);
    const { clock, courier } = desk;
    const tokens = new Tokens(settings, clock);
    const gate = new Gate(scope, settings, clock, tokens);
    const ledger = new Ledger(settings, clock, desk.books);
    const sms = new SmsLog();
    const messenger = new Messenger(settings, clock, courier);
    const confirmations = new Confirmations(messenger);
    const prompts = new Prompts({ settings, clock, courier, ledger, messenger, confirmations, sms });
    const paidIn = new PaidIn(settings, clock, ledger, messenger, confirmations, sms);
    const credentials = new InitiatorCredentials(settings);
    const flow = new InitiatorFlow(settings, clock, courier, messenger, credentials);
    const b2c = new B2c(settings, ledger, flow);
    const history = new History(clock, ledger, sms);

    gate.open();
    tokens.mount(scope);
    new StkPush(settings, ledger, prompts).mount(gate);
    new StkQuery(settings, clock, ledger, prompts, desk.chance).mount(gate);
    new C2b(settings, courier, ledger, paidIn).mount(gate);
    b2c.mount(gate);
    new B2b(ledger, flow).mount(gate);
    new Enquiries(clock, ledger, flow).mount(gate);
    new Reversals(ledger, flow).mount(gate);
    mountQr(gate);
    history.mount(gate, scope);

    desk.onReceipt((body) => paidIn.receive(body));
    desk.onFaultAnswer((status) => faultAnswer(status, settings));
    desk.onBalance(() => ledger.balance());
    desk.onForget(() => {
      for (const part of [tokens, gate, ledger, sms, prompts, credentials, b2c, history]) part.forget();
    });
  },
};

export default simulator;
