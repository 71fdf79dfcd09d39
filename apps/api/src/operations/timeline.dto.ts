import { DISCREPANCY_KINDS, type DiscrepancyKind } from '#domain';
import { type Discrepancy, type TimelineEntry } from '#gateway';
import { z } from 'zod';
import { PartnerWordDto } from '../problems/problem.dto.js';
import { OperationIdDto, StateDto } from './operation.dto.js';

const time = (text: string) => z.iso.datetime().describe(text);
const KINDS = Object.keys(DISCREPANCY_KINDS) as [DiscrepancyKind, ...DiscrepancyKind[]];
export const DiscrepancyKindDto = z.enum(KINDS).describe('What kind of disagreement it is.');

export const DiscrepancyDto = z
  .strictObject({
    id: z.uuid().describe('Our id of the discrepancy.'),
    kind: DiscrepancyKindDto,
    title: z.string().describe('The kind in one sentence.'),
    partner: z.string().describe('The partner that it is about.'),
    operation: OperationIdDto.nullable().describe(
      'The operation that it is about; null where it belongs to none.',
    ),
    callback: z.uuid().nullable().describe('The callback that it came from.'),
    details: z.unknown().describe('What disagrees, masked. Depends on the kind.'),
    openedAt: time('When it was found.'),
    settledAt: time('When it was settled.').nullable(),
    settledBy: z.string().nullable().describe('Who or which rule settled it.'),
    note: z.string().nullable().describe('What that person wrote.'),
  })
  .describe('A disagreement that a rule or a person must settle.')
  .meta({ id: 'Discrepancy' });
export type DiscrepancyDto = z.infer<typeof DiscrepancyDto>;

const entry = {
  at: time('When it happened.'),
  number: z.int().describe('Counts the entries of one type.'),
};
const asked = {
  endedAt: time('When the answer was there.').nullable(),
  partner: PartnerWordDto.nullable().describe('The partner’s own words.'),
  error: z.string().nullable().describe('What went wrong on the way.'),
};

const spelled = {
  headers: z.record(z.string(), z.string()).describe('As they were, without what may be a credential.'),
  body: z
    .string()
    .nullable()
    .describe('As it was, masked. Null where there is none, and where it is no text.'),
  cut: z.boolean().describe('Only the beginning of the body is kept.'),
};

const CallbackDto = z
  .strictObject({
    id: z.uuid().describe('Our id of the callback.'),
    receivedAt: time('When it came in.'),
    method: z.string().describe('HTTP method.'),
    path: z.string().describe('What followed the callback key in the address.'),
    source: z.string().describe('The address that it came from.'),
    verdict: z.string().describe('`authentic` or `doubtful`.'),
    verdictWhy: z.string().nullable().describe('Why it is doubtful.'),
    tries: z.int().describe('How often it was read until it was understood.'),
    headers: z.record(z.string(), z.string()).describe('As they came, without what may be a credential.'),
    body: z.string().nullable().describe('As it came, masked. Null where it is no text.'),
    cut: z.boolean().describe('Only the beginning of the body is shown.'),
  })
  .describe('The callback that brought the news.')
  .meta({ id: 'Callback' });

export const TimelineEntryDto = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('transition'),
        ...entry,
        from: StateDto.nullable().describe('Null for the first one.'),
        to: StateDto,
        actor: z.enum(['client', 'gateway', 'partner', 'operator']).describe('Who caused it.'),
        why: z.string().describe('In one sentence.'),
        evidence: z.unknown().describe('What it rests on, masked.'),
      })
      .meta({ id: 'TimelineTransition' }),
    z
      .strictObject({
        type: z.literal('attempt'),
        ...entry,
        outcome: z.string().nullable().describe('Null while it is under way.'),
        ...asked,
      })
      .meta({ id: 'TimelineAttempt' }),
    z
      .strictObject({
        type: z.literal('message'),
        ...entry,
        direction: z.enum(['sent', 'received']).describe('Of the request: we sent it, or the partner did.'),
        method: z.string().describe('HTTP method.'),
        path: z.string().describe('What was asked for, masked.'),
        request: z.strictObject(spelled).describe('The request, masked.'),
        answer: z
          .strictObject({ status: z.int().describe('HTTP status.'), ...spelled })
          .nullable()
          .describe('Its answer, masked. Null: none came.'),
        answeredAt: time('When the answer was there.').nullable(),
        error: z.string().nullable().describe('Why no answer came.'),
      })
      .describe('Only of partners whose file has `keepMessages`.')
      .meta({ id: 'TimelineMessage' }),
    z
      .strictObject({
        type: z.literal('enquiry'),
        ...entry,
        outcome: z.string().describe('What the partner said.'),
        ...asked,
      })
      .meta({ id: 'TimelineEnquiry' }),
    z
      .strictObject({
        type: z.literal('notice'),
        ...entry,
        says: z.unknown().describe('The news as we understood it, masked.'),
        effect: z.string().describe('What it did to the operation.'),
        callback: CallbackDto.nullable(),
      })
      .meta({ id: 'TimelineNotice' }),
    z
      .strictObject({
        type: z.literal('answer'),
        ...entry,
        said: z
          .string()
          .nullable()
          .describe('What a partner that is told later was told: `answered`, or why not. Null: not yet.')
          .meta({ examples: ['answered'] }),
        toldAt: time('When the partner took it.').nullable(),
        tries: z.int().describe('How often that was tried.'),
      })
      .meta({ id: 'TimelineAnswer' }),
    z
      .strictObject({
        type: z.literal('event'),
        ...entry,
        event: z
          .string()
          .describe('Type of the event.')
          .meta({ examples: ['payment.succeeded'] }),
        publishedAt: time('When it was told to the outside.').nullable(),
        tries: z.int().describe('How often that was tried.'),
        error: z.string().nullable().describe('Why the last try failed.'),
      })
      .meta({ id: 'TimelineEvent' }),
    z
      .strictObject({ type: z.literal('discrepancy'), ...entry, discrepancy: DiscrepancyDto })
      .meta({ id: 'TimelineDiscrepancy' }),
  ])
  .describe('One thing that happened.')
  .meta({ id: 'TimelineEntry' });
export type TimelineEntryDto = z.infer<typeof TimelineEntryDto>;

export const TimelineDto = z
  .strictObject({
    operation: OperationIdDto,
    items: z.array(TimelineEntryDto).describe('Oldest first.'),
  })
  .describe('The whole story of an operation.')
  .meta({ id: 'Timeline' });
export type TimelineDto = z.infer<typeof TimelineDto>;

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

export const toDiscrepancyDto = (discrepancy: Discrepancy): DiscrepancyDto => ({
  id: discrepancy.id,
  kind: discrepancy.kind,
  title: DISCREPANCY_KINDS[discrepancy.kind],
  partner: discrepancy.partner,
  operation: discrepancy.operationId,
  callback: discrepancy.callbackId,
  details: discrepancy.details,
  openedAt: discrepancy.openedAt.toISOString(),
  settledAt: timeOf(discrepancy.settledAt),
  settledBy: discrepancy.settledBy,
  note: discrepancy.note,
});

export function toTimelineEntryDto(told: TimelineEntry): TimelineEntryDto {
  const at = told.at.toISOString();
  switch (told.type) {
    case 'transition':
      return { ...told, at };
    case 'attempt':
    case 'enquiry':
      return { ...told, at, endedAt: timeOf(told.endedAt) };
    case 'notice': {
      const { callback } = told;
      return {
        ...told,
        at,
        callback: callback && { ...callback, receivedAt: callback.receivedAt.toISOString() },
      };
    }
    case 'message':
      return { ...told, at, answeredAt: timeOf(told.answeredAt) };
    case 'answer':
      return { ...told, at, toldAt: timeOf(told.toldAt) };
    case 'event':
      return { ...told, at, publishedAt: timeOf(told.publishedAt) };
    case 'discrepancy':
      return { ...told, at, discrepancy: toDiscrepancyDto(told.discrepancy) };
  }
}
