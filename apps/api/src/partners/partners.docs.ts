import { type EndpointOptions } from '../http/endpoint.js';
import { type ProblemCode } from '../problems/problems.js';
import { BalanceDto } from './balance.dto.js';
import { PartnerDto, PartnerListDto } from './partner.dto.js';
import { balance, partner, session, statementLine } from './partners.examples.js';
import { RegistrationDto } from './registration.dto.js';
import { SessionListDto } from './session.dto.js';
import { StatementDto } from './statement.dto.js';

/** What a question to a partner may answer. */
const ASKING: readonly ProblemCode[] = [
  'validation-failed',
  'not-found',
  'capability-not-supported',
  'partner-answer-unusable',
  'partner-unavailable',
  'partner-throttled',
];

export const listPartnersDocs: EndpointOptions = {
  operationId: 'listPartners',
  scope: 'partners:read',
  summary: 'List the partners',
  description: 'All that are configured: what they can do, their limits, and how calls have fared lately.',
  answers: {
    200: {
      description: 'The partners',
      schema: PartnerListDto,
      examples: { one: { summary: 'One partner', value: { items: [partner] } } },
    },
  },
};

export const findPartnerDocs: EndpointOptions = {
  operationId: 'getPartner',
  scope: 'partners:read',
  summary: 'Read one partner',
  description: 'What it can do, its limits, and how calls have fared lately.',
  answers: {
    200: {
      description: 'The partner',
      schema: PartnerDto,
      examples: { partner: { summary: 'A partner', value: partner } },
    },
  },
  problems: ['validation-failed', 'not-found'],
};

export const balanceDocs: EndpointOptions = {
  operationId: 'getBalance',
  scope: 'balances:read',
  summary: 'Ask for our float',
  description:
    'Asks the partner, or gives an answer of the last five seconds again. A partner that answers by callback is waited for: ten seconds, or as `Prefer: wait=N` says.',
  requestHeaders: ['Prefer'],
  answers: {
    200: {
      description: 'The balance, or that it is still being waited for',
      schema: BalanceDto,
      examples: { answered: { summary: 'Answered', value: balance } },
    },
  },
  problems: ASKING,
};

export const statementDocs: EndpointOptions = {
  operationId: 'getStatement',
  scope: 'statements:read',
  summary: 'Read a partner’s own account of a day',
  description:
    'What moved, as the partner has it: what reconciliation compares with. Read live, page by page.',
  answers: {
    200: {
      description: 'One page',
      schema: StatementDto,
      examples: { page: { summary: 'One line', value: { items: [statementLine], next: null } } },
    },
  },
  problems: ASKING,
};

export const sessionsDocs: EndpointOptions = {
  operationId: 'searchSessions',
  scope: 'operations:read',
  summary: 'Search collections live at the partner',
  description:
    'By the partner’s identifiers or our reference; or narrowed through our own operations by state, payer, amount and time, up to the twenty newest that fit. Every session is read from the partner at this moment and joined with our operation.',
  answers: {
    200: {
      description: 'The sessions',
      schema: SessionListDto,
      examples: { found: { summary: 'One found', value: { items: [session], complete: true } } },
    },
  },
  problems: ASKING,
};

export const registerDocs: EndpointOptions = {
  operationId: 'registerCallbacks',
  scope: 'partners:write',
  summary: 'Tell a partner where to reach us',
  description:
    'Registers our addresses for money that comes in unasked, with partners that need to be told. Repeating it is safe.',
  answers: {
    200: {
      description: 'What the partner said',
      schema: RegistrationDto,
      examples: { done: { summary: 'Registered', value: { registered: true, message: 'Success' } } },
    },
  },
  problems: ASKING,
};
