import { describe, expect, it } from '@jest/globals';
import { type z } from 'zod';
import { TokenRequestDto } from '../auth/token.dto.js';
import { ReversalRequestDto } from '../operations/reversal.dto.js';
import { SearchQueryDto } from '../operations/search.dto.js';
import { PartyQueryDto } from '../parties/party-answer.dto.js';
import { SessionQueryDto } from '../partners/session.dto.js';
import { StatementQueryDto } from '../partners/statement.dto.js';
import { storableText } from './text.js';

const TEXTS: readonly (readonly [z.ZodType, ...string[]])[] = [
  [SearchQueryDto, 'reference', 'partnerReference', 'receipt', 'msisdn', 'amount', 'partner', 'cursor'],
  [PartyQueryDto, 'partner', 'value', 'account', 'name', 'amount'],
  [SessionQueryDto, 'sessionId', 'transactionId', 'reference', 'payer', 'amount'],
  [StatementQueryDto, 'cursor'],
  [ReversalRequestDto, 'reason'],
  [TokenRequestDto, 'scope', 'client_id', 'client_secret'],
];

describe('text of a request', () => {
  it.each(['plain', '', 'é', '\u{1f600}', '\u0001'])('may be %j', (text) => {
    expect(storableText.parse(text)).toBe(text);
  });

  it.each(['a\0', '\ud83d', '\ude00\ud83d'])('may not be %j, which the database cannot hold', (text) => {
    expect(storableText.safeParse(text).success).toBe(false);
  });

  it.each(TEXTS.flatMap(([schema, ...fields]) => fields.map((field) => [field, schema] as const)))(
    'is held to that as %s',
    (field, schema) => {
      const paths = schema.safeParse({ [field]: 'a\0b' }).error?.issues.map(({ path }) => path);
      expect(paths).toContainEqual([field]);
    },
  );
});
