import { type EndpointOptions } from '../http/endpoint.js';
import { PartyAnswerDto } from './party-answer.dto.js';

export const findPartyDocs: EndpointOptions = {
  operationId: 'findParty',
  scope: 'parties:read',
  summary: 'Ask who somebody is',
  description:
    'Before paying: does the partner know this number or account, whose is it, and may it take this amount?',
  answers: {
    200: {
      description: 'What the partner says',
      schema: PartyAnswerDto,
      examples: {
        known: {
          summary: 'Known, and the name fits',
          value: {
            partner: 'wave-sn',
            type: 'msisdn',
            value: '+221771234567',
            exists: true,
            name: null,
            nameMatches: true,
            withinLimits: true,
          },
        },
      },
    },
  },
  problems: [
    'validation-failed',
    'partner-unknown',
    'capability-not-supported',
    'partner-answer-unusable',
    'partner-unavailable',
    'partner-throttled',
  ],
};
