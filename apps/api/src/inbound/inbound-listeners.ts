import { InboundDesk, PartnerGates } from '#gateway';
import { type CallbackAnswer, type Partner, PartnerRegistry } from '#partner-kit';
import { counter, createLogger, observeRequests, requestHistogram, SystemClock } from '#platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { once } from 'node:events';
import { type Server, type ServerOptions } from 'node:https';
import { CONFIG, type Config } from '../config.js';
import { headersOf } from '../server/callback-body.js';
import { Drain } from '../server/drain.js';

/** Bodies exactly as they come, of any type: what a partner says is the adapter's to read. */
const ANY_TYPE = /^.*$/s;
const NOTHING = Buffer.alloc(0);

/** A notification carries all that the scheme adapter knows of a transfer. */
const BODY_LIMIT_BYTES = 1_048_576;

/** A door of its own for one partner. */
interface Door {
  readonly server: FastifyInstance<Server>;
  readonly drain: Drain;
}

/** Where partners ask us: one listener for each, at the address that its file names, and open to nobody else. */
@Injectable()
export class InboundListeners {
  private readonly logger = new Logger(InboundListeners.name);
  private readonly doors: Door[] = [];
  private readonly answers = counter({
    name: 'passerelle_inbound_answers_total',
    help: 'What partners asked of us, by what it was and how it was answered',
    labelNames: ['partner', 'request', 'result'],
  });

  constructor(
    private readonly desk: InboundDesk,
    private readonly partners: PartnerRegistry,
    private readonly clock: SystemClock,
    private readonly gates: PartnerGates,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws where an address cannot be had */
  async open(): Promise<void> {
    for (const { id, inbound } of this.config.partners) {
      if (!inbound) continue;
      const partner = this.partners.get(id);
      this.warnOfOpenDoor(partner);
      const door = this.doorOf(partner);
      const { host, port, sharesPort: reusePort } = inbound;
      this.doors.push(door);
      await door.server.ready();
      // Fastify's own listen knows nothing of sharing a port.
      door.server.server.listen({ host, port, reusePort });
      await once(door.server.server, 'listening');
      this.logger.log(`listening on ${host}:${port} for ${id}`);
    }
  }

  /** Finishes what is under way. */
  async stop(mostMs: number): Promise<void> {
    const stoppedAt = performance.now();
    await Promise.all(this.doors.map(({ server, drain }) => drain.stop(server, mostMs)));
    await this.desk.drain(Math.max(0, mostMs - (performance.now() - stoppedAt)));
    await Promise.all(this.doors.map(({ server }) => server.close()));
  }

  /** Set up to believe whoever has shown a certificate, where nobody is asked for one. */
  private warnOfOpenDoor({ id, adapter, inbound }: Partner): void {
    if (adapter.callbacks?.strength !== 'mutual_tls' || inbound?.tls) return;
    this.logger.warn(
      { partner: id, setting: 'inbound.tls', host: inbound?.host, port: inbound?.port },
      'whoever reaches this door is taken for the partner: no signature is verified there, and no certificate asked for',
    );
  }

  private doorOf(partner: Partner): Door {
    const server = fastify({
      https: tlsOf(partner),
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: this.config.api.requestTimeoutMs,
      frameworkErrors: (error, _request, reply) => {
        void this.refuse(partner, error, reply);
      },
    });
    const drain = new Drain();
    server.server.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => {
      this.logger.warn(
        { partner: partner.id, code },
        'a connection that shows no certificate of the partner’s',
      );
    });
    observeRequests(server, createLogger(this.config, 'inbound'), requestHistogram());
    drain.watch(server);
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(ANY_TYPE, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });
    server.setErrorHandler<FastifyError>((error, _request, reply) => this.refuse(partner, error, reply));
    server.setNotFoundHandler((_request, reply) =>
      send(reply, this.desk.refuse(partner, 'unknown_request', 'there is nothing at this address')),
    );
    server.all('/*', (request, reply) => this.answer(partner, request, reply));
    return { server, drain };
  }

  private async answer(
    partner: Partner,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const [path = ''] = (request.raw.url ?? '').split('?');
    const {
      answer,
      request: what,
      result,
    } = await this.desk.answer(partner, {
      method: request.method,
      path: path.replace(/^\/+|\/+$/g, ''),
      headers: headersOf(request),
      body: Buffer.isBuffer(request.body) ? request.body : NOTHING,
      source: request.ip,
      receivedAt: this.clock.now(),
    });
    // When the partner last got an answer of use: nobody is held up by this gate. What is told later is a call of its own.
    const capability = 'inbound';
    if (result !== 'accepted')
      this.gates.observe({ partner: partner.id, capability, method: what, result: healthOf(result) });
    this.answers.inc({ partner: partner.id, request: what, result });
    return send(reply, answer);
  }

  /** What never came as far as the desk: an answer that the partner can read, too. */
  private refuse(partner: Partner, { code, message }: FastifyError, reply: FastifyReply): FastifyReply {
    const isTooLarge = code === 'FST_ERR_CTP_BODY_TOO_LARGE';
    this.logger.warn({ partner: partner.id, code }, 'a request of a partner could not be read');
    return send(reply, this.desk.refuse(partner, isTooLarge ? 'too_large' : 'malformed', message));
  }
}

/** Null: as it comes. Otherwise nobody says a word whom the authority does not vouch for. */
function tlsOf({ inbound }: Partner): ServerOptions | null {
  if (!inbound?.tls) return null;
  const { certificate: cert, key, clientAuthority: ca } = inbound.tls;
  return { cert, key, ca, requestCert: true, rejectUnauthorized: true };
}

/** A refusal is an answer; that we cannot tell is none. */
const healthOf = (result: string): string =>
  result === 'unavailable' || result === 'timed_out' ? 'no-answer' : 'answered';

const send = (reply: FastifyReply, { status, contentType, body }: CallbackAnswer): FastifyReply =>
  reply.code(status).type(contentType).send(body);
