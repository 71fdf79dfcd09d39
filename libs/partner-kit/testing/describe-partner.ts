import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { type PartnerAdapter } from '../port/adapter.js';
import { type PartnerSetUp } from './contract.js';
import { type Contract } from './promise.js';
import { describeBadWeather } from './promises/bad-weather.js';
import { describeCallbacks } from './promises/callbacks.js';
import { describeConfirmations } from './promises/confirmations.js';
import { describeDescriptor } from './promises/descriptor.js';
import { describeInbound } from './promises/inbound.js';
import { describeMovements } from './promises/movements.js';
import { describeQuestions } from './promises/questions.js';
import { describeQuotes } from './promises/quotes.js';
import { describeReceipts } from './promises/receipts.js';
import { describeReversals } from './promises/reversals.js';
import { describeSecrecy } from './promises/secrecy.js';
import { adapterNowhere, Stage } from './stage.js';

const STARTS_WITHIN_MS = 30_000;

/**
 * The promises of the port, held by every adapter against its simulator over HTTP. `name` is the adapter's
 * folder in libs/partners. A capability that is not there has no tests.
 */
export function describePartner(name: string, setUp: () => PartnerSetUp): void {
  describe(`${name} as a partner`, () => {
    const given = setUp();
    const adapter = tryAdapter(name, given);
    if (!adapter) return;
    const contract: Contract = { name, setUp: given, adapter, stage: useStage(given) };
    describeDescriptor(contract);
    describeMovements(contract);
    describeConfirmations(contract);
    describeBadWeather(contract);
    describeReversals(contract);
    describeReceipts(contract);
    describeCallbacks(contract);
    describeInbound(contract);
    describeQuestions(contract);
    describeQuotes(contract);
    describeSecrecy(contract);
  });
}

/** An adapter that cannot even be made has one test, which says why. */
function tryAdapter(name: string, setUp: PartnerSetUp): PartnerAdapter | null {
  try {
    return adapterNowhere(setUp);
  } catch (error) {
    it('can be made from its settings and secrets', () => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`libs/partners/${name}/${name}.contract.spec.ts: let configure() fit\n\n${reason}`);
    });
    return null;
  }
}

/** One stage for all promises, with a fresh partner for each. */
function useStage(setUp: PartnerSetUp): () => Stage {
  let stage: Stage | undefined;
  let failure: unknown;
  beforeAll(async () => {
    try {
      stage = await Stage.open(setUp);
    } catch (error) {
      failure = error;
    }
  }, STARTS_WITHIN_MS);
  beforeEach(() => stage?.reset());
  afterAll(() => stage?.close());
  return () => {
    if (stage) return stage;
    throw new Error(
      `its simulator does not start: ${failure instanceof Error ? failure.message : String(failure)}`,
    );
  };
}
