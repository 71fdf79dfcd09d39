import { type Config, readConfig } from '#platform';

export type StandaloneSettings = Config;

/**
 * The configuration, for the program that starts the others.
 * @throws ConfigError naming every wrong key, never its content
 */
export const standaloneSettings = (env: NodeJS.ProcessEnv): StandaloneSettings => readConfig(env);
