import {
  type ActionResult,
  type Operation,
  OperationActions,
  OperationReader,
  OperationSearch,
  Timeline,
} from '#gateway';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf, may } from '../auth/caller.js';
import { readCursor, toPage } from '../http/cursor.js';
import { Endpoint } from '../http/endpoint.js';
import { Problem } from '../problems/problem.js';
import { ConfirmationRequestDto } from './confirmation.dto.js';
import { type OperationDto, OperationIdDto, toOperationDto } from './operation.dto.js';
import { cancelDocs, confirmDocs, findDocs, searchDocs, timelineDocs } from './operations.docs.js';
import { type OperationPageDto, SearchQueryDto, toSearchFilter } from './search.dto.js';
import { type TimelineDto, toTimelineEntryDto } from './timeline.dto.js';

@ApiTags('Operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(
    private readonly reader: OperationReader,
    private readonly searches: OperationSearch,
    private readonly timelines: Timeline,
    private readonly actions: OperationActions,
  ) {}

  @Get()
  @Endpoint(searchDocs)
  async search(
    @CallerOf() caller: Caller,
    @Query({ schema: SearchQueryDto }) query: SearchQueryDto,
  ): Promise<OperationPageDto> {
    const filter = toSearchFilter(query, caller.clientId, may(caller, 'receipts:read'));
    const page = { limit: query.limit + 1, before: readCursor(query.cursor, filter) };
    const found = await this.searches.find(filter, page);
    return toPage(found, query.limit, filter, (one) => toOperationDto(one, may(caller, 'parties:read')));
  }

  @Get(':id')
  @Endpoint(findDocs)
  async find(
    @CallerOf() caller: Caller,
    @Param('id', { schema: OperationIdDto }) id: string,
  ): Promise<OperationDto> {
    return toOperationDto(await this.visible(caller, id), may(caller, 'parties:read'));
  }

  @Get(':id/timeline')
  @Endpoint(timelineDocs)
  async timeline(
    @CallerOf() caller: Caller,
    @Param('id', { schema: OperationIdDto }) id: string,
  ): Promise<TimelineDto> {
    await this.visible(caller, id);
    const entries = await this.timelines.of(id);
    return { operation: id, items: entries.map(toTimelineEntryDto) };
  }

  @Post(':id/confirm')
  @Endpoint(confirmDocs)
  async confirm(
    @CallerOf() caller: Caller,
    @Param('id', { schema: OperationIdDto }) id: string,
    @Body({ schema: ConfirmationRequestDto }) { step }: ConfirmationRequestDto,
  ): Promise<OperationDto> {
    const result = await this.actions.confirm(caller.clientId, id, step);
    return toOperationDto(done(result), may(caller, 'parties:read'));
  }

  @Post(':id/cancel')
  @Endpoint(cancelDocs)
  async cancel(
    @CallerOf() caller: Caller,
    @Param('id', { schema: OperationIdDto }) id: string,
  ): Promise<OperationDto> {
    return toOperationDto(done(await this.actions.cancel(caller.clientId, id)), may(caller, 'parties:read'));
  }

  /** Another client's operation does not exist for this one. */
  private async visible(caller: Caller, id: string): Promise<Operation> {
    const operation = await this.reader.find(id);
    const isOwn = operation?.clientId === caller.clientId;
    const isUnasked = operation?.clientId === null && may(caller, 'receipts:read');
    if (operation && (isOwn || isUnasked)) return operation;
    throw new Problem('not-found', { detail: 'there is no such operation' });
  }
}

function done(result: ActionResult): Operation {
  switch (result.is) {
    case 'done':
      return result.operation;
    case 'notFound':
      throw new Problem('not-found', { detail: 'there is no such operation' });
    case 'refused': {
      const { code, message, retryAfterMs } = result;
      throw new Problem(code, {
        detail: message,
        ...(retryAfterMs === undefined ? {} : { retryAfterS: retryAfterMs / 1000 }),
      });
    }
  }
}
