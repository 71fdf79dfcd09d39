import { Money } from '#domain';
import {
  type InboundLookup,
  type InboundNews,
  InboundRefused,
  type InboundReply,
  type InboundTransfer,
  type Partner,
  type RawCallback,
  type Verdict,
} from '#partner-kit';
import { DatabaseUnavailable } from '#platform';
import { describe, expect, it } from '@jest/globals';
import { type CallbackIntake } from '../callbacks/intake.js';
import { type Messages } from '../messages/messages.js';
import { type PartnerGates } from '../partners/partner-gates.js';
import { type Crediting } from './crediting.js';
import { InboundDesk } from './inbound-desk.js';
import { type InboundReplies } from './inbound-replies.js';
import { type LaterAnswers } from './later-answers.js';
import { rawOf } from './spec-support.js';

/** A desk, and what it does to a request, in order. Its books cannot be read. */
function deskFor(
  request: InboundNews | InboundTransfer | InboundLookup,
  verdict: Verdict = { is: 'authentic' },
) {
  const story: string[] = [];
  const callbacks = {
    receive: () => {
      story.push('kept');
      return Promise.resolve({ verdict });
    },
  };
  const inbound = {
    read: () => request,
    answer: (reply: InboundReply | InboundRefused) => {
      const body = reply instanceof InboundRefused ? reply.objection : reply.is;
      story.push(`answered ${body}`);
      return { status: 200, contentType: 'text/plain', body };
    },
  };
  const away = () => Promise.reject(new DatabaseUnavailable('away'));
  const partner = { id: 'sahel', enabled: true, adapter: { inbound }, inbound: {} } as unknown as Partner;
  const desk = new InboundDesk(
    { known: away, to: away } as unknown as InboundReplies,
    {} as Crediting,
    {} as LaterAnswers,
    callbacks as unknown as CallbackIntake,
    { received: () => undefined } as unknown as Messages,
    { report: () => undefined } as unknown as PartnerGates,
  );
  const raw: RawCallback = rawOf({});
  return { hear: async () => (await desk.answer(partner, raw)).result, story };
}

describe('news at the door', () => {
  const refusal = new InboundRefused('not_completed', 'no');

  it('is kept before it is thanked for', async () => {
    const { hear, story } = deskFor({ is: 'news' });
    expect(await hear()).toBe('answered');
    expect(story).toEqual(['kept', 'answered taken']);
  });

  it('is kept also where its partner wants to hear a no', async () => {
    const { hear, story } = deskFor({ is: 'news', refusal });
    expect(await hear()).toBe('not_completed');
    expect(story).toEqual(['kept', 'answered not_completed']);
  });

  it('that is forged is refused as that', async () => {
    const { hear } = deskFor({ is: 'news', refusal }, { is: 'forged', why: 'made up' });
    expect(await hear()).toBe('forged');
  });
});

describe('what is asked while our books are away', () => {
  const party = { type: 'msisdn', value: '+221770000042' } as const;

  it('is told that we are away, where nothing moves', async () => {
    expect(await deskFor({ is: 'lookup', party }).hear()).toBe('unavailable');
  });

  it('is told no such thing of a transfer: somebody may be credited', async () => {
    const nothing = { quote: null, sends: null, receives: null, payer: null, description: null };
    const amount = Money.parse('1500', 'XOF');
    const { hear } = deskFor({ is: 'transfer', id: 'T-1', amount, payee: party, ...nothing });
    expect(await hear()).toBe('timed_out');
  });
});
