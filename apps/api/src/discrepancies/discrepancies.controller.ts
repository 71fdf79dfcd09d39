import { type DiscrepancyFilter, DiscrepancySearch } from '#gateway';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Caller, CallerOf } from '../auth/caller.js';
import { readCursor, toPage } from '../http/cursor.js';
import { Endpoint, type EndpointOptions } from '../http/endpoint.js';
import { pageFields, pageOf } from '../http/page.dto.js';
import { storableText } from '../http/text.js';
import { OperationIdDto } from '../operations/operation.dto.js';
import { DiscrepancyDto, DiscrepancyKindDto, toDiscrepancyDto } from '../operations/timeline.dto.js';

const DiscrepancyQueryDto = z.strictObject({
  kind: DiscrepancyKindDto.optional(),
  partner: storableText.min(1).max(40).optional().describe('Id of the partner.'),
  operation: OperationIdDto.optional().describe('Of this operation only.'),
  settled: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .describe('Only those that are settled, or are not.'),
  ...pageFields,
});
type DiscrepancyQueryDto = z.infer<typeof DiscrepancyQueryDto>;

const DiscrepancyPageDto = pageOf(DiscrepancyDto, 'DiscrepancyPage', 'One page of discrepancies.');
type DiscrepancyPageDto = z.infer<typeof DiscrepancyPageDto>;

const example: DiscrepancyDto = {
  id: '0193a1c7-1d20-7c55-9f3e-6f2b0d9c8e11',
  kind: 'unmatched_callback',
  title: 'A partner told us of something that matches no operation',
  partner: 'mpesa-ke',
  operation: null,
  callback: '0193a1c2-a6c1-7b3e-8a55-9d0e5a7c1f20',
  details: { is: 'outcome' },
  openedAt: '2026-11-20T09:05:00.000Z',
  settledAt: null,
  settledBy: null,
  note: null,
};

const listDocs: EndpointOptions = {
  operationId: 'listDiscrepancies',
  scope: 'discrepancies:read',
  summary: 'List discrepancies',
  description:
    'Disagreements that wait for a rule or a person: those of the client’s own operations, and those that belong to no operation. Newest first.',
  answers: {
    200: {
      description: 'One page',
      schema: DiscrepancyPageDto,
      examples: { page: { summary: 'One that nobody has settled', value: { items: [example], next: null } } },
    },
  },
  problems: ['validation-failed'],
};

@ApiTags('Discrepancies')
@Controller('v1/discrepancies')
export class DiscrepanciesController {
  constructor(private readonly discrepancies: DiscrepancySearch) {}

  @Get()
  @Endpoint(listDocs)
  async list(
    @CallerOf() { clientId }: Caller,
    @Query({ schema: DiscrepancyQueryDto })
    { kind, partner, operation, settled, ...page }: DiscrepancyQueryDto,
  ): Promise<DiscrepancyPageDto> {
    const open = settled === undefined ? undefined : settled === 'false';
    const filter: DiscrepancyFilter = { clientId, kind, partner, operationId: operation, open };
    const before = readCursor(page.cursor, filter);
    const found = await this.discrepancies.find(filter, { limit: page.limit + 1, before });
    return toPage(found, page.limit, filter, toDiscrepancyDto);
  }
}
