import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '#platform';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type OpenAPIObject } from '@nestjs/swagger';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freshDatabase } from '../../../../test/support/database.js';
import { accessOf } from '../auth/access.js';
import { isScope } from '../auth/scopes.js';
import { buildOpenApi } from '../docs/openapi.js';
import { type Answer, DESCRIPTION, type Examples, type PublicOptions } from '../http/endpoint.js';
import { problemExample } from '../http/problem-answers.js';
import { ProblemDto } from '../problems/problem.dto.js';
import { PROBLEM_CODES } from '../problems/problems.js';
import { type Api, createApi } from './create-app.js';

interface Handler {
  readonly name: string;
  readonly route: string;
  readonly handler: object;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** "/v1/operations/:id" and "/v1/operations/{id}" are one. */
const plain = (path: string): string =>
  path
    .replace(/:(\w+)/g, '{$1}')
    .replace(/\/\*$/, '/{path}')
    .replace(/(.)\/$/, '$1');

const joined = (...parts: string[]): string =>
  `/${parts.flatMap((part) => part.split('/').filter(Boolean)).join('/')}`;

function handlersOf({ app }: Api): Handler[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    const base = String(Reflect.getMetadata(PATH_METADATA, metatype as object));
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || Reflect.getMetadata(METHOD_METADATA, handler) === undefined) return [];
      const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))] ?? '';
      const path = joined(base, String(Reflect.getMetadata(PATH_METADATA, handler)));
      return [{ name: `${prototype.constructor.name}.${name}`, route: `${method} ${plain(path)}`, handler }];
    });
  });
}

describe('the routes of the API', () => {
  let api: Api;
  let handlers: Handler[];
  let document: OpenAPIObject;
  const routed: string[] = [];
  const undo = new AsyncDisposableStack();

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'passerelle-routes-'));
    undo.defer(() => {
      rmSync(directory, { recursive: true });
    });
    mkdirSync(join(directory, 'partners'));
    writeFileSync(join(directory, 'default.yaml'), 'log: { level: silent }\n');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(directory, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const database = await freshDatabase();
    undo.defer(() => database.drop());
    const config = readConfig({
      PASSERELLE_CONFIG_DIR: directory,
      DATABASE_URL: database.url,
      PASSERELLE_AUTH_SIGNING_KEYS: '[{ kid: one, privateKey: "file:key.pem" }]',
    });
    api = await createApi(config);
    const fastify = api.app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', ({ method, url }: { method: string | string[]; url: string }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routed.push(`${one} ${plain(url)}`);
    });
    await api.app.init();
    handlers = handlersOf(api);
    document = buildOpenApi(api.app);
  });
  afterAll(async () => {
    await api.stop(0);
    await undo.disposeAsync();
  });

  it('are handlers of controllers, all of them', () => {
    expect(handlers.map(({ route }) => route).sort()).toEqual(routed.sort());
    expect(handlers.length).toBeGreaterThan(20);
  });

  it('carry a scope or say why they are public', () => {
    const unmarked = handlers.filter(({ handler }) => {
      const access = accessOf(handler);
      return (
        !(access?.is === 'scoped' && isScope(access.scope)) &&
        !(access?.is === 'public' && access.why.length > 10)
      );
    });
    expect(unmarked.map(({ name }) => name)).toEqual([]);
  });

  it('are in the documentation, and nothing else is', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(routed.sort());
  });

  it('are documented with the scope that they need', () => {
    for (const { route, handler } of handlers) {
      const [method = '', path = ''] = route.split(' ');
      const security = document.paths[path]?.[method.toLowerCase() as 'get']?.security;
      const access = accessOf(handler);
      expect({ route, security }).toEqual({
        route,
        security: access?.is === 'scoped' ? expect.arrayContaining([{ oauth: [access.scope] }]) : [],
      });
    }
  });

  it('have examples that fit their schemas', () => {
    const check = (name: string, schema: z.ZodType | undefined, examples: Examples | undefined): void => {
      expect({ name, hasExamples: examples !== undefined && Object.keys(examples).length > 0 }).toEqual({
        name,
        hasExamples: true,
      });
      for (const [key, { value }] of Object.entries(examples ?? {})) {
        const parsed = schema?.safeParse(value);
        expect({ name: `${name}: ${key}`, error: parsed?.error && z.prettifyError(parsed.error) }).toEqual({
          name: `${name}: ${key}`,
          error: undefined,
        });
      }
    };
    for (const { name, handler } of handlers) {
      const { body, answers } = Reflect.getMetadata(DESCRIPTION, handler) as PublicOptions;
      if (body) check(name, body.schema, body.examples);
      for (const [status, answer] of Object.entries<Answer>(answers)) {
        if (answer.schema) check(`${name} ${status}`, answer.schema, answer.examples);
      }
    }
    for (const code of PROBLEM_CODES)
      expect(ProblemDto.safeParse(problemExample(code)).error).toBeUndefined();
  });

  it('describe every field', () => {
    const bare = Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
      Object.entries(('properties' in schema && schema.properties) || {})
        .filter(
          ([, field]) =>
            !('$ref' in field) && !('description' in field) && !('const' in field) && !('anyOf' in field),
        )
        .map(([field]) => `${name}.${field}`),
    );
    expect(bare).toEqual([]);
  });
});
