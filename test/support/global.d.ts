import { type EmbeddedPostgres } from '../../apps/standalone/src/embedded-postgres.js';

declare global {
  /** Handed from Jest's global set-up to its tear-down. */
  var testPostgres: { readonly server: EmbeddedPostgres; readonly dataDir: string } | undefined;
}
