import { type FastifyReply } from 'fastify';
import { type SandboxClock } from '../../kit/clock.js';
import { type Courier } from '../../kit/courier.js';
import { type Subject } from '../../kit/faults.js';
import { type InitiatorCredentials } from './credentials.js';
import { type Body, requireFields, text, url } from './fields.js';
import { internalError } from './gate.js';
import { newConversationId, newRequestId } from './ids.js';
import { type TransferScript } from './magic.js';
import { type Messenger } from './messenger.js';
import {
  type Completion,
  type Conversation,
  queueResult,
  type ResultStyle,
  resultMessage,
} from './result-message.js';
import { type DarajaSettings } from './settings.js';

/** What a product does with one accepted request. */
export interface Work {
  /** Moves the money, or looks the thing up. Runs at most once. */
  run(): Completion;
  /** It ended with `code` and nothing moved. */
  decline(code: string): void;
  /** It was dropped before anybody looked at it; with `trace`, an enquiry still finds it. */
  drop(trace: boolean): void;
}

export interface Job {
  readonly body: Body;
  readonly initiator: 'Initiator' | 'InitiatorName';
  /** Ours where the product takes one; otherwise the partner makes its own. */
  readonly originatorId?: string;
  readonly shortCode: string;
  readonly script: TransferScript;
  readonly style: ResultStyle;
  readonly about: Subject;
  /** Called once the request counts as received. */
  begin(conversation: Conversation): Work;
}

/** The fields that every product with an initiator wants. */
export function requireInitiatorFields(
  body: Body,
  initiator: Job['initiator'],
  others: readonly string[],
): void {
  const urls = ['QueueTimeOutURL', 'ResultURL'];
  requireFields(body, [...others, initiator, 'SecurityCredential', 'CommandID', 'Remarks', ...urls]);
  text(body, 'Remarks', 2, 100);
  for (const field of urls) url(body, field);
}

/** Acknowledges at once and tells the result later: B2C, B2B, status, balance and reversal alike. */
export class InitiatorFlow {
  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly courier: Courier,
    private readonly messenger: Messenger,
    private readonly credentials: InitiatorCredentials,
  ) {}

  async accept(job: Job, reply: FastifyReply): Promise<unknown> {
    const { script } = job;
    if (script.answer === 'hang-before') return reply.hijack();
    const conversation: Conversation = {
      conversationId: newConversationId(this.clock.now()),
      originatorId: job.originatorId ?? newRequestId(),
    };
    await this.#start(job, conversation);
    if (script.answer === 'hang') return reply.hijack();
    if (script.answer === 'error') throw internalError();
    return {
      ConversationID: conversation.conversationId,
      OriginatorConversationID: conversation.originatorId,
      ResponseCode: '0',
      ResponseDescription: 'Accept the service request successfully.',
    };
  }

  /** Resolves when the request may be answered. */
  async #start(job: Job, conversation: Conversation): Promise<void> {
    const { script, about } = job;
    const work = job.begin(conversation);
    const settle = this.#settlement(job, work);
    const tell = () => this.#tell(job, conversation, settle());
    if (script.stuck) return;
    if (script.answer === 'hang' || script.answer === 'error') settle();
    if (script.news === 'before-answer') await tell();
    else {
      const act = script.queueTimeout ? () => this.#dropFromQueue(job, conversation, work, tell) : tell;
      await this.courier.schedule(about, this.settings.callbackDelayMs, act);
    }
  }

  /** Decides once what comes of it, however often it is asked. */
  #settlement(job: Job, work: Work): () => Completion {
    const verdict = this.credentials.judge(job.body, job.initiator);
    const decide = (): Completion => {
      const code = verdict === '0' ? job.script.result : verdict;
      if (code === '0') return work.run();
      if (verdict === '0' && job.script.paysAnyway) work.run();
      else work.decline(code);
      return { code };
    };
    let completion: Completion | undefined;
    return () => (completion ??= decide());
  }

  #tell(job: Job, conversation: Conversation, completion: Completion): unknown {
    const { script, body, style, shortCode } = job;
    const told = script.foreignId ? { ...conversation, originatorId: newRequestId() } : conversation;
    const message = resultMessage(told, completion, style, this.clock.now());
    return this.messenger.announce(script.news, () =>
      this.messenger.send(url(body, 'ResultURL'), shortCode, message, job.about),
    );
  }

  #dropFromQueue(job: Job, conversation: Conversation, work: Work, tell: () => unknown): Promise<unknown> {
    const { script, body, style, shortCode } = job;
    const message =
      script.queueShape === 'result' ? queueResult(conversation, style, this.clock.now()) : body;
    if (script.queueTimeout === 'then-paid') this.clock.after(this.settings.lateMs, tell);
    else work.drop(script.queueTimeout === 'expired');
    return this.messenger.send(url(body, 'QueueTimeOutURL'), shortCode, message, job.about);
  }
}
