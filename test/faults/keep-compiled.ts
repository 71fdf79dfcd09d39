import { flushCompileCache } from 'node:module';

/** Everything that a program needs is loaded by then. */
const LOADED_MS = 3_000;

/** Loaded before a program: what it compiled is kept for its next start, also when it will be killed. */
setTimeout(flushCompileCache, LOADED_MS).unref();
