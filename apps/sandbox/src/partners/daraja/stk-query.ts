import { type FastifyReply } from 'fastify';
import { type Chance } from '../../kit/chance.js';
import { type SandboxClock } from '../../kit/clock.js';
import { type Body, matching, requireFields } from './fields.js';
import { type Gate } from './gate.js';
import { type Ledger } from './ledger.js';
import { type Prompt } from './prompt.js';
import { type Prompts } from './prompts.js';
import { invalidField, type Refusal, stkRefusal } from './refusal.js';
import { queryText } from './result-texts.js';
import { type DarajaSettings } from './settings.js';
import { checkPassword } from './stk.js';

const required = ['BusinessShortCode', 'Password', 'Timestamp', 'CheckoutRequestID'];
const processing = '4999';
/** A flaky prompt's first polls: an empty error, then the same under status 200. */
const flakyStatuses = [500, 200] as const;

/** What became of a prompt: the only synchronous way to ask, and not always right. */
export class StkQuery {
  constructor(
    private readonly settings: DarajaSettings,
    private readonly clock: SandboxClock,
    private readonly ledger: Ledger,
    private readonly prompts: Prompts,
    private readonly chance: Chance,
  ) {}

  mount(gate: Gate): void {
    gate.post('/mpesa/stkpushquery/v1/query', 'stk', (body, reply) => this.#query(body, reply));
  }

  #query(body: Body, reply: FastifyReply): unknown {
    requireFields(body, required);
    const organization = checkPassword(body, this.ledger, this.settings);
    const checkoutId = matching(body, 'CheckoutRequestID', /^ws_CO_\w{10,60}$/);
    const prompt = this.prompts.find(checkoutId);
    if (prompt?.organization !== organization) throw stkRefusal('The transaction does not Exist');
    if (this.#isTooEarly(prompt)) throw this.#tooEarly();
    const emptyStatus = this.#emptyStatus(prompt);
    if (emptyStatus !== undefined) return reply.code(emptyStatus).send(stkRefusal('').body);
    const result = this.#resultOf(prompt);
    if (result === processing && this.settings.queryPendingAs === 'error') {
      const refusal = stkRefusal('The transaction is being processed');
      return reply.code(this.settings.queryErrorStatus).send(refusal.body);
    }
    return answer(prompt, result);
  }

  #isTooEarly({ startedAt }: Prompt): boolean {
    return this.clock.now().getTime() - startedAt.getTime() < this.settings.queryTooEarlyMs;
  }

  #tooEarly(): Refusal {
    return this.settings.queryTooEarlyAs === 'invalid-id'
      ? invalidField('CheckoutRequestID')
      : stkRefusal('The transaction does not Exist');
  }

  /** Status of an answer that says nothing, where this one does. */
  #emptyStatus(prompt: Prompt): number | undefined {
    if (prompt.script.query === 'flaky') return flakyStatuses[prompt.polls++];
    const isEmpty = this.chance() < this.settings.queryEmptyProbability;
    return isEmpty ? this.settings.queryErrorStatus : undefined;
  }

  #resultOf({ result, script }: Prompt): string {
    if (result === undefined || script.query === 'stuck') return processing;
    const contradicts = this.settings.queryContradicts || script.query === 'contradicts';
    return contradicts && result === '0' ? '1037' : result;
  }
}

function answer({ merchantId, checkoutId }: Prompt, result: string): unknown {
  return {
    ResponseCode: '0',
    ResponseDescription: 'The service request has been accepted successfully',
    MerchantRequestID: merchantId,
    CheckoutRequestID: checkoutId,
    ResultCode: result,
    ResultDesc: queryText(result),
  };
}
