import { Msisdn, MsisdnError, type Party } from '#domain';
import { PartnerDesk } from '#gateway';
import { PartnerRegistry } from '#partner-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../http/endpoint.js';
import { queryProblem, readAmount } from '../operations/search.dto.js';
import { toTurnedProblem } from '../partners/turned.js';
import { findPartyDocs } from './parties.docs.js';
import { type PartyAnswerDto, PartyQueryDto } from './party-answer.dto.js';

@ApiTags('Parties')
@Controller('v1/parties')
export class PartiesController {
  constructor(
    private readonly desk: PartnerDesk,
    private readonly registry: PartnerRegistry,
  ) {}

  @Get()
  @Endpoint(findPartyDocs)
  async find(@Query({ schema: PartyQueryDto }) query: PartyQueryDto): Promise<PartyAnswerDto> {
    const party = this.partyOf(query);
    const amount = readAmount(query) ?? null;
    const result = await this.desk.party(query.partner, { party, name: query.name ?? null, amount });
    if (result.is !== 'answered') throw toTurnedProblem(result, 'query');
    const { exists, name, nameMatches, withinLimits } = result.answer;
    return {
      partner: query.partner,
      type: party.type,
      value: party.value,
      exists,
      name,
      nameMatches,
      withinLimits,
    };
  }

  private partyOf({ partner, type, value, account }: PartyQueryDto): Party {
    const rest = account === undefined ? {} : { account };
    if (type !== 'msisdn') return { type, value, ...rest };
    const country = this.registry.find(partner)?.descriptor.country;
    try {
      return { type, value: Msisdn.parse(value.trim(), country).e164, ...rest };
    } catch (error) {
      if (error instanceof MsisdnError) throw queryProblem('value', error.message);
      throw error;
    }
  }
}
