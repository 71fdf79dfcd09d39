import { type Config as PlatformConfig } from '#platform';

/** The configuration of the process, where Nest looks for it. */
export const CONFIG = Symbol('configuration');

export type Config = PlatformConfig;
