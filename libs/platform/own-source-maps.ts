import { setSourceMapsSupport } from 'node:module';

/**
 * Loaded before a program (`--import`), since a map is read when its file is: stack traces name the lines of our own sources. The
 * maps of libraries would cost a process 15 MB and a tenth of its start.
 */
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
