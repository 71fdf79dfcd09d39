import { type FastifyReply } from 'fastify';
import { ZodError } from 'zod';

interface WrongField {
  /** JSON pointer into the request's body: `/0/fault`. */
  readonly pointer: string;
  readonly detail: string;
}

/** A request to the control API that cannot be met. */
export class ControlProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Answers with `application/problem+json` (RFC 9457); wrong fields carry their pointers. */
export async function sendProblem(error: unknown, reply: FastifyReply): Promise<void> {
  const problem =
    error instanceof ZodError
      ? { status: 400, code: 'invalid-request', title: 'The request is wrong', errors: wrongFields(error) }
      : plainProblem(error);
  await reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function plainProblem(error: unknown) {
  if (error instanceof ControlProblem)
    return { status: error.status, code: error.code, title: error.message };
  if (error instanceof SyntaxError)
    return { status: 400, code: 'invalid-json', title: 'The body is not JSON' };
  return { status: 500, code: 'internal', title: error instanceof Error ? error.message : String(error) };
}

function wrongFields({ issues }: ZodError): WrongField[] {
  return issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => ({
      pointer: [...issue.path, ...(key === undefined ? [] : [key])]
        .map((step) => `/${escaped(String(step))}`)
        .join(''),
      detail: key === undefined ? issue.message : 'unknown field',
    }));
  });
}

const escaped = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');
