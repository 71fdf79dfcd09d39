import { z } from 'zod';
import { type Problem } from './problem.js';
import { PROBLEM_CODES, problems } from './problems.js';

export const PROBLEM_TYPE = 'urn:passerelle:problem:';

const FieldErrorDto = z.strictObject({
  in: z.enum(['body', 'query', 'path', 'header']).describe('The part of the request that holds the field.'),
  pointer: z
    .string()
    .describe('JSON pointer of the field in that part; empty for the part as a whole.')
    .meta({ examples: ['/amount/value'] }),
  message: z
    .string()
    .describe('What is wrong with it, for a person.')
    .meta({ examples: ['XOF has no decimals'] }),
});

export const PartnerWordDto = z
  .strictObject({
    code: z
      .string()
      .describe('The partner’s own code, as it came.')
      .meta({ examples: ['2001'] }),
    message: z
      .string()
      .describe('The partner’s own text, as it came.')
      .meta({ examples: ['The initiator information is invalid.'] }),
  })
  .describe('What the partner itself said.')
  .meta({ id: 'PartnerWord' });

/** RFC 9457, with what a caller that moves money has to know. */
export const ProblemDto = z
  .strictObject({
    type: z
      .string()
      .describe('Stable identifier of the kind of problem.')
      .meta({ examples: [`${PROBLEM_TYPE}order-refused`] }),
    title: z.string().describe('The kind of problem in one sentence; the same for every occurrence.'),
    status: z
      .int()
      .describe('The HTTP status, repeated.')
      .meta({ examples: [422] }),
    code: z.enum(PROBLEM_CODES).describe('Stable: decide by this one.'),
    detail: z.string().describe('This very occurrence in one sentence.'),
    errors: z.array(FieldErrorDto).describe('Every field that is wrong; empty where no field is to blame.'),
    retryable: z
      .boolean()
      .describe('May the same request, unchanged and with the same Idempotency-Key, go better later?'),
    moneyMoved: z
      .enum(['no', 'yes', 'unknown'])
      .describe(
        'Did money move because of this request? After `unknown`, repeat with the same Idempotency-Key or look the operation up.',
      ),
    partner: PartnerWordDto.nullable().describe('The partner’s own words, where one spoke; otherwise null.'),
    correlationId: z
      .string()
      .describe('Ties this answer to our log: quote it when you ask us.')
      .meta({ examples: ['3f0c2f4e-8a51-4ad2-9d7e-5a3f1f6f7f55'] }),
  })
  .describe('What went wrong, as RFC 9457 has it.')
  .meta({ id: 'Problem' });

export type ProblemDto = z.infer<typeof ProblemDto>;

/** `readsOnly`: the request could not have moved money whatever happened. */
export function toProblemDto(problem: Problem, correlationId: string, readsOnly: boolean): ProblemDto {
  const { status, title, retryable, moneyMoved } = problems[problem.code];
  return {
    type: PROBLEM_TYPE + problem.code,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    errors: [...problem.errors],
    retryable,
    moneyMoved: readsOnly ? 'no' : moneyMoved,
    partner: problem.partner,
    correlationId,
  };
}
