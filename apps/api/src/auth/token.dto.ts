import { z } from 'zod';
import { storableText } from '../http/text.js';
import { OAUTH_ERRORS } from './oauth-error.js';

export const TokenRequestDto = z
  .object({
    grant_type: z
      .string()
      .describe('`client_credentials`.')
      .meta({ examples: ['client_credentials'] }),
    scope: storableText
      .max(1_024)
      .optional()
      .describe('Fewer scopes than the client has, separated by spaces; all of them if left out.')
      .meta({ examples: ['payments:write operations:read'] }),
    client_id: storableText
      .max(128)
      .optional()
      .describe('Where the client does not say who it is by HTTP Basic.')
      .meta({ examples: ['till-backoffice'] }),
    client_secret: storableText.max(256).optional().describe('The same.'),
  })
  .describe('Asks for an access token (RFC 6749, section 4.4).')
  .meta({ id: 'TokenRequest' });

export const TokenDto = z
  .strictObject({
    access_token: z.string().describe('Send it as `Authorization: Bearer …`. Secret, and not for keeping.'),
    token_type: z.literal('Bearer').describe('How it is sent.'),
    expires_in: z
      .int()
      .describe('Seconds until it ends.')
      .meta({ examples: [600] }),
    scope: z
      .string()
      .describe('What it allows, separated by spaces.')
      .meta({ examples: ['payments:write operations:read'] }),
  })
  .describe('An access token.')
  .meta({ id: 'Token' });

export type TokenDto = z.infer<typeof TokenDto>;

export const OAuthErrorDto = z
  .strictObject({
    error: z.enum(OAUTH_ERRORS).describe('Stable code (RFC 6749, section 5.2).'),
    error_description: z.string().describe('What is wrong, for a person.'),
  })
  .describe('Why there is no token.')
  .meta({ id: 'OAuthError' });

export const JwksDto = z
  .strictObject({
    keys: z
      .array(
        z.looseObject({
          kid: z.string().describe('Names the key: the header of a token says the same.'),
          kty: z.string().describe('Kind of key (RFC 7517).'),
          alg: z.string().describe('`EdDSA` or `ES256`.'),
          use: z.string().describe('`sig`.'),
        }),
      )
      .describe('The first one signs; all of them may have.'),
  })
  .describe('The public keys that tokens are verified with (RFC 7517).')
  .meta({ id: 'Jwks' });

export type JwksDto = z.infer<typeof JwksDto>;
