import {
  type InboundNews,
  InboundRefused,
  type InboundReply,
  type Partner,
  type RawCallback,
  type Verdict,
} from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { type CallbackIntake } from '../callbacks/intake.js';
import { type Messages } from '../messages/messages.js';
import { type PartnerGates } from '../partners/partner-gates.js';
import { type Crediting } from './crediting.js';
import { InboundDesk } from './inbound-desk.js';
import { type InboundReplies } from './inbound-replies.js';
import { type LaterAnswers } from './later-answers.js';
import { rawOf } from './spec-support.js';

/** A desk, and what it does to news, in order. */
function deskFor(news: InboundNews, verdict: Verdict = { is: 'authentic' }) {
  const story: string[] = [];
  const callbacks = {
    receive: () => {
      story.push('kept');
      return Promise.resolve({ verdict });
    },
  };
  const inbound = {
    read: (): InboundNews => news,
    answer: (reply: InboundReply | InboundRefused) => {
      const body = reply instanceof InboundRefused ? reply.objection : reply.is;
      story.push(`answered ${body}`);
      return { status: 200, contentType: 'text/plain', body };
    },
  };
  const partner = { id: 'sahel', enabled: false, adapter: { inbound }, inbound: {} } as unknown as Partner;
  const desk = new InboundDesk(
    {} as InboundReplies,
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
