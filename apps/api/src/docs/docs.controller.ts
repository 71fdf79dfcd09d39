import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { Endpoint, type EndpointOptions } from '../http/endpoint.js';
import { Problem } from '../problems/problem.js';
import { CONTENT_SECURITY_POLICY, findAsset, REDOC_PAGE, SWAGGER_PAGE } from './assets.js';
import { OpenApiText } from './documents.js';

const HTML = 'text/html; charset=utf-8';

const PageDto = z.string().describe('A page for a browser.').meta({ id: 'Page' });
const FileDto = z.string().describe('A script or a style sheet.').meta({ id: 'File' });
const OpenApiDto = z
  .looseObject({ openapi: z.string().describe('Version of OpenAPI.') })
  .describe('An OpenAPI 3.1 document.')
  .meta({ id: 'OpenApiDocument' });

const fileName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'must be the name of a file')
  .describe('Name of the file.')
  .meta({ examples: ['start.js'] });

const docs = (
  operationId: string,
  summary: string,
  answer: EndpointOptions['answers'][number],
): EndpointOptions => ({
  operationId,
  scope: 'docs:read',
  documents: true,
  summary,
  description:
    'For people: a browser asks for client id and secret. Everything on the page comes from this server.',
  answers: { 200: answer },
  problems: ['not-found'],
});

const html = {
  description: 'The page',
  schema: PageDto,
  mediaType: 'text/html',
  examples: { page: { summary: 'A page', value: '<!doctype html>…' } },
};
const file = {
  description: 'The file',
  schema: FileDto,
  mediaType: 'text/javascript',
  examples: { file: { summary: 'A script', value: 'window.addEventListener(…)' } },
};

/** Swagger UI, Redoc, and the document that both show. */
@ApiTags('Documentation')
@Controller()
export class DocsController {
  constructor(private readonly openApi: OpenApiText) {}

  @Get('openapi.json')
  @Endpoint(
    docs('readOpenApi', 'The documentation for machines', {
      description: 'The document',
      schema: OpenApiDto,
      examples: { document: { summary: 'Its beginning', value: { openapi: '3.1.0' } } },
    }),
  )
  document(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('application/json; charset=utf-8');
    return this.openApi.read();
  }

  @Get('docs')
  @Endpoint(docs('showSwaggerUi', 'Swagger UI', html))
  swagger(@Res({ passthrough: true }) reply: FastifyReply): string {
    return toPage(reply, SWAGGER_PAGE);
  }

  @Get('docs/:file')
  @Endpoint(docs('readSwaggerFile', 'A file of Swagger UI', file))
  swaggerFile(
    @Param('file', { schema: fileName }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return toFile(reply, `docs/${name}`);
  }

  @Get('redoc')
  @Endpoint(docs('showRedoc', 'Redoc', html))
  redoc(@Res({ passthrough: true }) reply: FastifyReply): string {
    return toPage(reply, REDOC_PAGE);
  }

  @Get('redoc/:file')
  @Endpoint(docs('readRedocFile', 'A file of Redoc', file))
  redocFile(
    @Param('file', { schema: fileName }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return toFile(reply, `redoc/${name}`);
  }
}

function toPage(reply: FastifyReply, page: string): string {
  void reply.type(HTML).headers({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  return page;
}

async function toFile(reply: FastifyReply, name: string): Promise<string> {
  const asset = await findAsset(name);
  if (!asset) throw new Problem('not-found', { detail: 'there is no such file' });
  void reply
    .type(asset.type)
    .headers({ 'cache-control': 'private, max-age=3600', 'x-content-type-options': 'nosniff' });
  return asset.body;
}
