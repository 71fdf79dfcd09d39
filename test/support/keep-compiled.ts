import { flushCompileCache } from 'node:module';

/** Everything that a program needs is loaded by the first of them, on a busy machine by the last. */
const LOADED_MS = [3_000, 10_000];

/** Loaded before a program: what it compiled is kept for its next start, also when it will be killed. */
for (const ms of LOADED_MS) setTimeout(flushCompileCache, ms).unref();
