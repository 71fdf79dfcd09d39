import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { SCOPES } from '../auth/scopes.js';

const INTRODUCTION = `
One way to pay, collect, look up and reconcile, whatever the partner.

**Start** with a token (\`POST /oauth/token\`), then \`POST /v1/payments\` with an \`Idempotency-Key\`. The answer comes at
once with the operation's id; \`Prefer: wait=20\` holds it until there is something to do or the operation has ended.

**Money** is \`{ "value": "1500", "currency": "XOF" }\`: text, with no more decimals than the currency has. Ids are UUIDv7,
times RFC 3339 in UTC. Lists are newest first, page by page: \`next\` of a page is the \`cursor\` of the following one.

**Problems** are RFC 9457 with a stable \`code\`. Look at \`moneyMoved\`: after \`unknown\`, repeat the request with the same
\`Idempotency-Key\` or read the operation; never send it with a new key.
`;

const TAGS: Readonly<Record<string, string>> = {
  Authentication: 'Tokens, and the keys that they are verified with.',
  Payments: 'Money from payers to us.',
  Transfers: 'Money from us to payees.',
  Operations:
    'Every movement of money, whatever its kind: find it, read its story, confirm it, withdraw it, undo it.',
  Parties: 'Who somebody is, before paying.',
  Partners: 'What partners can do, how they fare, and what they say themselves.',
  Discrepancies: 'Where a partner and we disagree.',
  Callbacks: 'Where partners call us.',
  Health: 'For supervisors and Prometheus.',
  Documentation: 'This documentation.',
};

const componentPath = (id: string): string => `#/components/schemas/${id}`;

/** A schema by its id, or written out where it has none. */
function convert(schema: unknown): { schema: unknown } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const id = z.globalRegistry.get(schema)?.id;
  if (id !== undefined) return { schema: { $ref: componentPath(id) } };
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input' });
  return { schema: written };
}

/** Every schema with an id, as JSON Schema 2020-12: what OpenAPI 3.1 has. */
function components(): Record<string, object> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: componentPath });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema]),
  );
}

function describeApi(): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Passerelle')
    .setDescription(INTRODUCTION.trim())
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .addSecurity('oauth', {
      type: 'oauth2',
      description: 'A token of `POST /oauth/token`, as `Authorization: Bearer …`.',
      flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: { ...SCOPES } } },
    })
    .addSecurity('client', {
      type: 'http',
      scheme: 'basic',
      description: 'Client id and secret, for people who read this in a browser.',
    });
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder.build();
}

/** The documentation, out of the same schemas that validate. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, describeApi(), {
    standardSchemaConverter: convert,
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  return { ...document, components: { ...document.components, schemas: components() } };
}
