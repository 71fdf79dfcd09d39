import 'reflect-metadata';
import { readConfig } from '#platform';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildOpenApi } from './docs/openapi.js';
import { createApi } from './server/create-app.js';

/** Writes the documentation of the API to a file: `node dist/apps/api/src/openapi-cli.js [file]`. Connects to nothing. */
const [file = 'dist/openapi.json'] = process.argv.slice(2);
const config = {
  ...readConfig({ PASSERELLE_CONFIG_DIR: process.env['PASSERELLE_CONFIG_DIR'] }),
  log: { level: 'silent' as const },
};
const { app } = await createApi(config, { preview: true });
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
process.stdout.write(`${file}\n`);
process.exit(0);
