import { type Partner, type PartnerRegistry } from '#partner-kit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type CallbackProcessor } from '../callbacks/processor.js';
import { type PassingOn } from '../inbound/passing-on.js';
import { type TransferAnswers } from '../inbound/transfer-answers.js';
import { type EventRelay } from '../events/relay.js';
import { type PartnerGates } from '../partners/partner-gates.js';
import { type Enquiries } from './enquiries.js';
import { type Resubmissions } from './resubmissions.js';
import { type Submissions } from './submissions.js';
import { type Sweeps } from './sweeps.js';
import { WorkCrew } from './work-crew.js';
import { WorkSettings } from './work-settings.js';

const none = (): Promise<number> => Promise.resolve(0);
const partner = {
  id: 'sahel',
  enabled: true,
  adapter: { disbursements: {} },
  descriptor: { pace: { default: { perSecond: 1, burst: 1, concurrency: 1 } } },
} as unknown as Partner;

describe('a crew that is told to stop', () => {
  let claim: PromiseWithResolvers<readonly unknown[]>;
  let sending: PromiseWithResolvers<undefined>;
  let resending: PromiseWithResolvers<undefined>;
  let story: string[];
  let crew: WorkCrew;

  beforeEach(async () => {
    claim = Promise.withResolvers();
    sending = Promise.withResolvers();
    resending = Promise.withResolvers();
    story = [];
    const submissions = {
      claimDue: () => claim.promise,
      send: async () => {
        story.push('begun');
        await sending.promise;
        story.push('ended');
      },
    };
    crew = new WorkCrew(
      { all: () => [partner] } as unknown as PartnerRegistry,
      { ensure: () => Promise.resolve() } as unknown as PartnerGates,
      submissions as unknown as Submissions,
      { drain: () => resending.promise } as unknown as Resubmissions,
      { claimDue: () => Promise.resolve([]) } as unknown as Enquiries,
      { processDue: none } as unknown as CallbackProcessor,
      { tellDue: none } as unknown as EventRelay,
      { abandoned: none, unconfirmed: none, unsent: none, unresolved: none } as unknown as Sweeps,
      { settleDue: none } as unknown as PassingOn,
      { claimDue: none } as unknown as TransferAnswers,
      new WorkSettings(10, 10, 60_000, 60_000, 1_000),
    );
    await crew.onApplicationBootstrap();
  });

  it('ends what it was just claiming', async () => {
    const stopped = crew.onModuleDestroy().then(() => story.push('stopped'));
    claim.resolve([{ operation: { id: 'one', origin: {} }, lease: 'mine' }]);
    while (story.length === 0) await new Promise((look) => setTimeout(look, 1));
    await new Promise((look) => setTimeout(look, 1));
    resending.resolve(undefined);
    sending.resolve(undefined);
    await stopped;
    expect(story).toEqual(['begun', 'ended', 'stopped']);
  });

  it('waits for what a callback had sent again', async () => {
    const stopped = crew.onModuleDestroy().then(() => story.push('stopped'));
    claim.resolve([]);
    await new Promise((look) => setTimeout(look, 50));
    story.push('sent again');
    resending.resolve(undefined);
    await stopped;
    expect(story).toEqual(['sent again', 'stopped']);
  });
});
