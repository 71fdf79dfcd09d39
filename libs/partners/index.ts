import { type AdapterDefinition } from '#partner-kit';

/** Every protocol that the gateway speaks: the one list. */
export const adapters: readonly AdapterDefinition[] = [];
