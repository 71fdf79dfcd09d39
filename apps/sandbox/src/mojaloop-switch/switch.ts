import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { conditionOf, fulfilmentOf, packetOf } from '../partners/mojaloop/scheme/ilp.js';
import { type Amount, Books, type Prepare } from './books.js';
import { type Callback, Callbacks, type Resource } from './callbacks.js';

export interface SwitchOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Where the one institution takes its callbacks. */
  readonly callbackUrl: string;
  /** Between an answer and the callback that follows it. */
  readonly delayMs: number;
}

export interface RunningSwitch {
  readonly url: string;
  close(): Promise<void>;
}

interface QuoteRequest {
  readonly quoteId: string;
  readonly amount: Amount;
  readonly payee: object;
}

/** A body as it was read, and word by word. */
interface Written<Content> {
  readonly content: Content;
  readonly words: string;
}

type About<Content> = FastifyRequest<{ Params: Record<string, string>; Body: Written<Content> }>;

const PAYEE_FSP = 'payee-demo';
const SWITCH = 'switch';
const OFFER_MS = 60_000;

/** The names of the errors that this switch knows. Source: FSPIOP 1.1, table of error codes. */
const ERRORS = { '3106': 'Modified request', '3208': 'Transfer ID not found' } as const;

/**
 * A Mojaloop switch, and every payee behind it, for one institution: each lookup finds somebody, each price is the amount
 * itself, each transfer is carried out. What it tells takes `delayMs`, so that others can be measured against it. The
 * movements are at `/books`, which no scheme has. Source: FSPIOP 1.1.
 */
export async function startSwitch({ port, callbackUrl, delayMs }: SwitchOptions): Promise<RunningSwitch> {
  const app = Fastify({ forceCloseConnections: true });
  const callbacks = new Callbacks(callbackUrl, delayMs);
  const books = new Books();
  app.addContentTypeParser(
    /^application\/(?:vnd\.interoperability\.[a-z]+\+)?json/,
    { parseAs: 'string' },
    (_request, words, done) => {
      done(null, { content: JSON.parse(words.toString()) as unknown, words: words.toString() });
    },
  );
  answerLookups(app, callbacks);
  answerQuotes(app, callbacks);
  answerTransfers(app, callbacks, books);
  app.get('/books', () => ({ entries: books.entries, failedCallbacks: callbacks.failed }));
  const url = await app.listen({ host: '127.0.0.1', port });
  return {
    url,
    close: async () => {
      await app.close();
      await callbacks.close();
    },
  };
}

/** Who asked is who is told. */
function answerTo({ headers }: FastifyRequest, resource: Resource, path: string, body: object): Callback {
  const destination = headers['fspiop-source'];
  return { resource, path, body, source: PAYEE_FSP, destination: String(destination) };
}

const errorTo = (request: FastifyRequest, id: string, errorCode: keyof typeof ERRORS): Callback => ({
  ...answerTo(request, 'transfers', `/transfers/${id}/error`, {
    errorInformation: { errorCode, errorDescription: ERRORS[errorCode] },
  }),
  source: SWITCH,
});

function answerLookups(app: FastifyInstance, callbacks: Callbacks): void {
  for (const path of ['/parties/:type/:id', '/parties/:type/:id/:subId']) {
    app.get(path, (request: About<undefined>, reply) => {
      const { type, id, subId } = request.params;
      const partyIdInfo = {
        partyIdType: type,
        partyIdentifier: id,
        ...(subId === undefined ? {} : { partySubIdOrType: subId }),
        fspId: PAYEE_FSP,
      };
      const complexName = { firstName: 'Awa', lastName: 'Demo' };
      const party = { partyIdInfo, name: 'Awa Demo', personalInfo: { complexName } };
      void callbacks.tell(answerTo(request, 'parties', request.url, { party }));
      return reply.code(202).send();
    });
  }
}

function answerQuotes(app: FastifyInstance, callbacks: Callbacks): void {
  app.post('/quotes', (request: About<QuoteRequest>, reply) => {
    const { quoteId, amount, payee } = request.body.content;
    const expiration = new Date(Date.now() + OFFER_MS).toISOString();
    const ilpPacket = packetOf({ quoteId, amount, payee, expiration });
    const quote = {
      transferAmount: amount,
      payeeReceiveAmount: amount,
      expiration,
      ilpPacket,
      condition: conditionOf(fulfilmentOf(ilpPacket)),
    };
    void callbacks.tell(answerTo(request, 'quotes', `/quotes/${quoteId}`, quote));
    return reply.code(202).send();
  });
}

function answerTransfers(app: FastifyInstance, callbacks: Callbacks, books: Books): void {
  app.post('/transfers', (request: About<Prepare>, reply) => {
    const { content: prepare, words } = request.body;
    const { transferId: id, ilpPacket } = prepare;
    const committed = books.commit(prepare, words, fulfilmentOf(ilpPacket));
    void callbacks.tell(
      committed
        ? answerTo(request, 'transfers', `/transfers/${id}`, committed)
        : errorTo(request, id, '3106'),
    );
    return reply.code(202).send();
  });
  app.get('/transfers/:id', (request: About<undefined>, reply) => {
    const { id = '' } = request.params;
    const known = books.find(id);
    void callbacks.tell(
      known ? answerTo(request, 'transfers', `/transfers/${id}`, known) : errorTo(request, id, '3208'),
    );
    return reply.code(202).send();
  });
}
