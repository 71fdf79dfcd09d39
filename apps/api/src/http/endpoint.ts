import { applyDecorators, HttpCode } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger';
import { z } from 'zod';
import { type Access, Grants } from '../auth/access.js';
import { type Scope } from '../auth/scopes.js';
import { type ProblemCode } from '../problems/problems.js';
import { ANSWER_HEADERS, type AnswerHeader, REQUEST_HEADERS, type RequestHeader } from './headers.js';
import { problemAnswers } from './problem-answers.js';

export interface Example {
  readonly summary: string;
  readonly value: unknown;
}
export type Examples = Readonly<Record<string, Example>>;

/** One answer of a route: what it means, and what it looks like. */
export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly examples?: Examples;
  readonly headers?: readonly AnswerHeader[];
  /** Default `application/json`. */
  readonly mediaType?: string;
}

export interface PublicOptions {
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  readonly operationId: string;
  readonly requestHeaders?: readonly RequestHeader[];
  /** What stands in the path, where no `@Param({ schema })` says it. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** The schema must have an id; validation itself is by `@Body({ schema })`. */
  readonly body?: {
    readonly schema: z.ZodType;
    readonly examples: Examples;
    readonly mediaTypes?: readonly string[];
  };
  /** By status; the first is the usual one. */
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems?: readonly ProblemCode[];
}

export interface EndpointOptions extends PublicOptions {
  readonly scope: Scope;
  /** Also takes client id and secret by HTTP Basic, for people with a browser. */
  readonly documents?: boolean;
}

/** What was said of a route, for the tests that hold examples against schemas. */
export const DESCRIPTION = 'passerelle:description';

export const componentName = (schema: z.ZodType): string => {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('a schema of the API needs an id: .meta({ id })');
  return id;
};

const reference = (schema: z.ZodType): { $ref: string } => ({ $ref: getSchemaPath(componentName(schema)) });

const answerHeaders = (names: readonly AnswerHeader[]) =>
  Object.fromEntries(names.map((name) => [name, ANSWER_HEADERS[name]]));

function describeAnswer([status, answer]: [string, Answer]): MethodDecorator & ClassDecorator {
  const { description, schema, examples, headers = [], mediaType = 'application/json' } = answer;
  return ApiResponse({
    status: Number(status),
    description,
    headers: answerHeaders(['X-Correlation-Id', ...headers]),
    ...(schema
      ? { content: { [mediaType]: { schema: reference(schema), ...(examples ? { examples } : {}) } } }
      : {}),
  });
}

function describeBody({ schema, examples, mediaTypes }: NonNullable<PublicOptions['body']>) {
  const content = { schema: reference(schema), examples };
  return ApiBody({
    required: true,
    schema: content.schema,
    examples,
    ...(mediaTypes ? { content: Object.fromEntries(mediaTypes.map((type) => [type, content])) } : {}),
  });
}

function describe(options: PublicOptions, access: Access, problems: readonly ProblemCode[]): MethodDecorator {
  const { summary, description, operationId, body, answers } = options;
  const { requestHeaders = [], pathParameters = {} } = options;
  const [usual = '200'] = Object.keys(answers);
  const mark: MethodDecorator = (_target, _name, descriptor) => {
    Reflect.defineMetadata(DESCRIPTION, options, descriptor.value as object);
  };
  return applyDecorators(
    mark,
    Grants(access),
    HttpCode(Number(usual)),
    ApiOperation({
      summary,
      description,
      operationId,
      ...(access.is === 'public' ? { security: [] } : {}),
      ...(access.is === 'scoped' ? { 'x-scope': access.scope } : {}),
    }),
    ...requestHeaders.map((name) => ApiHeader({ name, ...REQUEST_HEADERS[name] })),
    ...Object.entries(pathParameters).map(([name, text]) =>
      ApiParam({ name, description: text, schema: { type: 'string' } }),
    ),
    ...(body ? [describeBody(body)] : []),
    ...Object.entries(answers).map(describeAnswer),
    ...problemAnswers(problems),
  );
}

/** A route that needs a scope, and all that its documentation says of it. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  const { scope, documents = false, problems = [] } = options;
  return applyDecorators(
    describe(options, { is: 'scoped', scope, documents }, [
      'unauthenticated',
      'insufficient-scope',
      'rate-limited',
      'issuer-unavailable',
      'database-unavailable',
      ...problems,
    ]),
    ApiSecurity('oauth', [scope]),
    ...(documents ? [ApiSecurity('client')] : []),
  );
}

/** A route that everybody may call, and why that is right. */
export const Public = (why: string, options: PublicOptions): MethodDecorator =>
  describe(options, { is: 'public', why }, options.problems ?? []);
