import { type PublicOptions } from '../http/endpoint.js';
import { JwksDto, OAuthErrorDto, TokenDto, TokenRequestDto } from './token.dto.js';

const JWT = 'eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ0aWxsIn0.c2lnbmF0dXJl';

export const tokenDocs: PublicOptions = {
  operationId: 'issueToken',
  summary: 'Get an access token',
  description:
    'OAuth 2.0 client credentials. Say who you are by HTTP Basic or in the body; ask for fewer scopes than you have where a job needs fewer. Keep the token until it is about to end and use it for all calls.',
  body: {
    schema: TokenRequestDto,
    mediaTypes: ['application/x-www-form-urlencoded', 'application/json'],
    examples: {
      inBody: {
        summary: 'Client id and secret in the body',
        value: {
          grant_type: 'client_credentials',
          client_id: 'till-backoffice',
          client_secret: 'the-secret',
        },
      },
      narrowed: {
        summary: 'By HTTP Basic, for one scope only',
        value: { grant_type: 'client_credentials', scope: 'operations:read' },
      },
    },
  },
  answers: {
    200: {
      description: 'A token',
      schema: TokenDto,
      headers: ['Cache-Control'],
      examples: {
        token: {
          summary: 'A token for ten minutes',
          value: {
            access_token: JWT,
            token_type: 'Bearer',
            expires_in: 600,
            scope: 'payments:write operations:read',
          },
        },
      },
    },
    400: {
      description: 'The request is wrong (RFC 6749)',
      schema: OAuthErrorDto,
      examples: {
        scope: {
          summary: 'A scope that the client lacks',
          value: {
            error: 'invalid_scope',
            error_description: 'the client does not have all of these scopes',
          },
        },
      },
    },
    401: {
      description: 'Client id or secret is wrong (RFC 6749)',
      schema: OAuthErrorDto,
      headers: ['WWW-Authenticate'],
      examples: {
        secret: {
          summary: 'A wrong secret',
          value: { error: 'invalid_client', error_description: 'client id or secret is wrong' },
        },
      },
    },
  },
  problems: ['body-too-large', 'rate-limited', 'database-unavailable'],
};

export const jwksDocs: PublicOptions = {
  operationId: 'listKeys',
  summary: 'The keys that tokens are verified with',
  description: 'For services that verify our tokens themselves. A new key stands here before it signs.',
  answers: {
    200: {
      description: 'The keys',
      schema: JwksDto,
      headers: ['Cache-Control'],
      examples: {
        one: {
          summary: 'One key',
          value: {
            keys: [
              {
                kid: 'k1',
                kty: 'OKP',
                crv: 'Ed25519',
                x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
                alg: 'EdDSA',
                use: 'sig',
              },
            ],
          },
        },
      },
    },
  },
};
