import { chmodSync, mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Jest does not apply its own module mapping here, and imports name the `.js` that will be.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true
      ? next(specifier.replace(/\.js$/, '.ts'), context)
      : next(specifier, context),
});

/** One PostgreSQL for the whole run, on a free port; each test file takes databases of its own from it. */
export default async function globalSetup(): Promise<void> {
  const { startEmbeddedPostgres } = await import('../../apps/standalone/src/embedded-postgres.js');
  const { freePort } = await import('../../apps/standalone/src/ports.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-test-'));
  // The user that PostgreSQL runs as has to pass.
  chmodSync(dataDir, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir,
    port: await freePort(),
    logFile: join(dataDir, 'postgres.log'),
    // An interrupted run takes its server along.
    ownGroup: false,
  });
  process.env['TEST_DATABASE_ADMIN_URL'] = server.url('postgres');
  globalThis.testPostgres = { server, dataDir };
}
