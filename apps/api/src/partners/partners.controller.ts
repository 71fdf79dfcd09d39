import { Msisdn, MsisdnError } from '#domain';
import { PartnerDesk } from '#gateway';
import { PartnerRegistry } from '#partner-kit';
import { Controller, Get, Headers, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CallerOf, may } from '../auth/caller.js';
import { CONFIG, type Config } from '../config.js';
import { Endpoint } from '../http/endpoint.js';
import { waitSecondsOf } from '../http/prefer.js';
import { Problem } from '../problems/problem.js';
import { type BalanceDto, toBalanceDto } from './balance.dto.js';
import { type PartnerDto, PartnerIdDto, type PartnerListDto, toPartnerDto } from './partner.dto.js';
import {
  balanceDocs,
  findPartnerDocs,
  listPartnersDocs,
  registerDocs,
  sessionsDocs,
  statementDocs,
} from './partners.docs.js';
import { type RegistrationDto } from './registration.dto.js';
import { type SessionListDto, SessionQueryDto, toSessionDto, toSessionFilters } from './session.dto.js';
import { type StatementDto, StatementQueryDto, toStatementDto } from './statement.dto.js';
import { toTurnedProblem } from './turned.js';

/** A balance that comes by callback is waited for as long, unless the caller says otherwise. */
const BALANCE_WAIT_S = 10;

@ApiTags('Partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly desk: PartnerDesk,
    private readonly registry: PartnerRegistry,
  ) {}

  @Get()
  @Endpoint(listPartnersDocs)
  async list(): Promise<PartnerListDto> {
    return { items: (await this.desk.list()).map(toPartnerDto) };
  }

  @Get(':id')
  @Endpoint(findPartnerDocs)
  async find(@Param('id', { schema: PartnerIdDto }) id: string): Promise<PartnerDto> {
    const view = await this.desk.get(id);
    if (!view) throw new Problem('not-found', { detail: 'there is no such partner' });
    return toPartnerDto(view);
  }

  @Get(':id/balance')
  @Endpoint(balanceDocs)
  async balance(
    @Param('id', { schema: PartnerIdDto }) id: string,
    @Headers('prefer') prefer: string | undefined,
  ): Promise<BalanceDto> {
    const waitS = waitSecondsOf(prefer, this.config) ?? BALANCE_WAIT_S;
    const result = await this.desk.balance(id, { waitMs: waitS * 1000 });
    if (!('reading' in result)) throw toTurnedProblem(result, 'path');
    return toBalanceDto(result.is, result.reading);
  }

  @Get(':id/statement')
  @Endpoint(statementDocs)
  async statement(
    @CallerOf() caller: Caller,
    @Param('id', { schema: PartnerIdDto }) id: string,
    @Query({ schema: StatementQueryDto }) { day, cursor }: StatementQueryDto,
  ): Promise<StatementDto> {
    const result = await this.desk.statement(id, day, cursor ?? null);
    if (result.is !== 'answered') throw toTurnedProblem(result, 'path');
    return toStatementDto(result.answer, may(caller, 'parties:read'));
  }

  @Get(':id/sessions')
  @Endpoint(sessionsDocs)
  async sessions(
    @CallerOf() caller: Caller,
    @Param('id', { schema: PartnerIdDto }) id: string,
    @Query({ schema: SessionQueryDto }) query: SessionQueryDto,
  ): Promise<SessionListDto> {
    const filters = toSessionFilters(query, this.payerOf(id, query), caller.clientId);
    const result = await this.desk.sessions(id, filters);
    if (result.is !== 'answered') throw toTurnedProblem(result, 'path');
    const items = result.sessions.map((session) => toSessionDto(session, may(caller, 'parties:read')));
    return { items, complete: result.complete };
  }

  @Post(':id/registration')
  @Endpoint(registerDocs)
  async register(@Param('id', { schema: PartnerIdDto }) id: string): Promise<RegistrationDto> {
    const result = await this.desk.register(id);
    if (result.is !== 'answered') throw toTurnedProblem(result, 'path');
    return { registered: result.answer.registered, message: result.answer.message };
  }

  /** A telephone number in its one written form; anything else as it is. */
  private payerOf(id: string, { payer }: SessionQueryDto): string | undefined {
    if (payer === undefined) return undefined;
    try {
      return Msisdn.parse(payer.trim(), this.registry.find(id)?.descriptor.country).e164;
    } catch (error) {
      if (error instanceof MsisdnError) return payer;
      throw error;
    }
  }
}
