import { demoClientFile } from './demo-client.js';
import { firstCall, secondCall } from './first-call.js';
import { urlOf } from './ports.js';
import { type Running } from './stack.js';

/** Where to look and what to type, once everything runs. */
export function banner({ settings, dataDir, demo }: Running): string {
  const worker = urlOf(settings.worker);
  const file = demoClientFile(dataDir);
  const { database, standalone } = settings;
  const postgres = `postgres://passerelle@127.0.0.1:${standalone.postgresPort}/passerelle     password: ${dataDir}/postgres-password`;
  return `
Passerelle is running. Ctrl-C stops it.

  API              ${demo.apiUrl}/v1
  Swagger UI       ${demo.apiUrl}/docs     Redoc  ${demo.apiUrl}/redoc     (${demo.apiUrl}/openapi.json)
                   log in with clientId and clientSecret of ${file}
  sandbox          ${demo.sandboxUrl}     its books: ${demo.sandboxUrl}/control/partners
  health, metrics  ${demo.apiUrl}/health/ready  ${demo.apiUrl}/metrics  ${worker}/metrics
  PostgreSQL       ${database.url === 'embedded' ? postgres : 'yours'}
  logs             ${dataDir}/logs

A first call, to paste into another terminal:

${firstCall(file, settings.partners)}

and, after it, in the same terminal, what has become of it:

${secondCall()}
`;
}
