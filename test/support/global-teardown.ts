import { rmSync } from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  const { testPostgres } = globalThis;
  if (testPostgres === undefined) return;
  await testPostgres.server.stop();
  rmSync(testPostgres.dataDir, { recursive: true, force: true });
}
