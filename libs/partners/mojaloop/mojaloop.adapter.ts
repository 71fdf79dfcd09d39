import {
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from '#partner-kit';
import { PAYEE_TYPES } from '../fspiop/names.js';
import { MojaloopClient } from './mojaloop.client.js';
import { mojaloopCollections } from './mojaloop.collections.js';
import { mojaloopDisbursements } from './mojaloop.disbursements.js';
import { mojaloopInbound } from './mojaloop.inbound.js';
import { mojaloopParties } from './mojaloop.parties.js';
import { mojaloopCallbacksTo, mojaloopReceipts } from './mojaloop.receipts.js';
import { MojaloopSecrets, MojaloopSettings } from './mojaloop.settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A Mojaloop scheme, through the SDK scheme adapter inside Payment Manager. One partner is one institution: ourselves. */
export const mojaloop = defineAdapter<MojaloopSettings, MojaloopSecrets>({
  name: 'mojaloop',
  settings: MojaloopSettings,
  secrets: MojaloopSecrets,
  baseUrl: ({ baseUrl }) => baseUrl,
  create,
});

function create({
  settings,
  clock,
  http,
  sightings,
}: PartnerContext<MojaloopSettings, MojaloopSecrets>): PartnerAdapter {
  const { autoAccept, stageTimeoutMs, collectInto } = settings;
  const stagesOfNew = autoAccept === 'party' ? 2 : 1;
  const client = new MojaloopClient({ http, stageTimeoutMs, stagesOfNew });
  return {
    descriptor: describe(settings),
    ...(collectInto ? { collections: mojaloopCollections(client, { ...settings, clock }, collectInto) } : {}),
    disbursements: mojaloopDisbursements(client, { ...settings, clock }, sightings),
    parties: mojaloopParties(client),
    receipts: mojaloopReceipts(client),
    callbacks: mojaloopCallbacksTo(settings.from),
    inbound: mojaloopInbound(settings),
  };
}

function describe({ country, currency, limits, collectInto }: MojaloopSettings): PartnerDescriptor {
  const amounts = [{ currency, ...limits, wholeUnits: false }];
  return {
    title: `Mojaloop (${country})`,
    country,
    limits: { ...(collectInto ? { collections: amounts } : {}), disbursements: amounts },
    payerTypes: collectInto ? PAYEE_TYPES : [],
    payeeTypes: PAYEE_TYPES,
    // A switch decides within seconds, or sweeps away what has expired within a minute; what it holds longer, it holds long.
    enquiryTimetableMs: [5, 15, 30, 60, 120, 300, 900, 3_600, 21_600].map((seconds) => seconds * SECOND),
    // Without the id of a transfer there is nothing to ask. So late, no answer with one can come any more.
    visibilityDelayMs: MINUTE,
    submitForMs: 5 * MINUTE,
    unresolvedAfterMs: 60 * MINUTE,
    // The scheme adapter keeps one core busy with some tens of transfers per second, three requests each.
    pace: { default: { perSecond: 20, burst: 40, concurrency: 20 } },
  };
}
