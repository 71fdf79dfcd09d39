import { ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from '../problems/problem.js';
import { type ProblemDto, toProblemDto } from '../problems/problem.dto.js';
import { type ProblemCode, problems } from '../problems/problems.js';
import { ANSWER_HEADERS, type AnswerHeader } from './headers.js';

const EXAMPLE_ID = '3f0c2f4e-8a51-4ad2-9d7e-5a3f1f6f7f55';

/** What every route may answer. */
const ALWAYS: readonly ProblemCode[] = ['malformed-request', 'internal'];

const HEADERS: Readonly<Record<number, readonly AnswerHeader[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

export const problemExample = (code: ProblemCode): ProblemDto =>
  toProblemDto(new Problem(code), EXAMPLE_ID, false);

/** The answers for problems, one per status, with an example of each problem that has it. */
export function problemAnswers(codes: readonly ProblemCode[]): (MethodDecorator & ClassDecorator)[] {
  const byStatus = Map.groupBy(new Set([...codes, ...ALWAYS]), (code) => problems[code].status);
  return [...byStatus].map(([status, ofStatus]) =>
    ApiResponse({
      status,
      description: ofStatus.map((code) => `\`${code}\`: ${problems[code].title}`).join('. '),
      headers: Object.fromEntries(
        (['X-Correlation-Id', ...(HEADERS[status] ?? [])] as const).map((name) => [
          name,
          ANSWER_HEADERS[name],
        ]),
      ),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath('Problem') },
          examples: Object.fromEntries(
            ofStatus.map((code) => [code, { summary: problems[code].title, value: problemExample(code) }]),
          ),
        },
      },
    }),
  );
}
