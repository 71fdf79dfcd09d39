import { type AdapterDefinition } from '#partner-kit';
import { coreBanking } from './core-banking/core-banking.adapter.js';
import { daraja } from './daraja/daraja.adapter.js';
import { mojaloop } from './mojaloop/mojaloop.adapter.js';
import { mojaloopFspiop } from './mojaloop-fspiop/mojaloop-fspiop.adapter.js';
import { wave } from './wave/wave.adapter.js';

/** Every protocol that the gateway speaks: the one list. */
export const adapters: readonly AdapterDefinition[] = [coreBanking, daraja, mojaloop, mojaloopFspiop, wave];
