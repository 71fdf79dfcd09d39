import { describe, expect, it } from '@jest/globals';
import { NoAnswer, NotReached } from '#partner-kit';
import { DarajaClient } from './daraja.client.js';
import { clock, reply, ScriptedHttp, ScriptedTokens } from './spec-support.js';

const secrets = { consumerKey: 'demoKey', consumerSecret: 'demoSecret' };
const token = reply(200, { access_token: 'fresh-token-of-28-characters', expires_in: '3599' });
const done = reply(200, { ResponseCode: '0' });
const wornOut = reply(404, { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' });

function clientWith(http: ScriptedHttp, tokens = new ScriptedTokens('old-token-of-28-characters-x')) {
  return { client: new DarajaClient(http, tokens, clock, secrets), tokens };
}

describe('a request to Daraja', () => {
  it('fetches a token with the key and secret, and carries it', async () => {
    const http = new ScriptedHttp(token, done);
    const { client } = clientWith(http, new ScriptedTokens());
    await client.post('stkPush', { Amount: '1' });
    const [fetched, posted] = http.sent;
    expect(fetched?.path).toBe('/oauth/v1/generate?grant_type=client_credentials');
    expect(fetched?.headers?.['authorization']).toBe('Basic ZGVtb0tleTpkZW1vU2VjcmV0');
    expect(posted?.headers).toEqual({
      authorization: 'Bearer fresh-token-of-28-characters',
      'content-type': 'application/json',
    });
    expect(posted?.path).toBe('/mpesa/stkpush/v1/processrequest');
    expect(posted?.body).toBe('{"Amount":"1"}');
  });

  it.each(['404.001.03', '400.003.01', '401.001', '401.002.01', '401.003.01', '401'])(
    'renews a token that is refused with %s, once, and is made once more',
    async (errorCode) => {
      const refusal = reply(401, { errorCode, errorMessage: 'Invalid Access Token' });
      const http = new ScriptedHttp(refusal, token, done);
      const { client, tokens } = clientWith(http);
      expect((await client.post('payCustomer', {})).is).toBe('answered');
      expect(tokens.rejected).toEqual(['old-token-of-28-characters-x']);
      expect(http.sent).toHaveLength(3);
    },
  );

  it('was never begun where a new token is refused as well', async () => {
    const http = new ScriptedHttp(wornOut, token, wornOut);
    await expect(clientWith(http).client.post('payCustomer', {})).rejects.toBeInstanceOf(NotReached);
    expect(http.sent).toHaveLength(3);
  });

  it('does not renew the token where the app lacks the product', async () => {
    const errorMessage = 'Invalid Access Token - Invalid API call as no apiproduct match found';
    const http = new ScriptedHttp(reply(401, { errorCode: '401.002.01', errorMessage }));
    const { client, tokens } = clientWith(http);
    expect((await client.post('payCustomer', {})).is).toBe('refused');
    expect(tokens.rejected).toEqual([]);
  });

  it('shows no token that the partner echoes', async () => {
    const errorMessage = 'Error Occurred - Invalid Access Token - fresh-token-of-28-characters';
    const echo = reply(400, { errorCode: '400.002.05', errorMessage });
    const answer = await clientWith(new ScriptedHttp(wornOut, token, echo)).client.post('payCustomer', {});
    expect(answer).toMatchObject({ word: { message: 'Error Occurred - Invalid Access Token - [token]' } });
  });

  it.each([
    ['an empty 400', reply(400, ''), { code: 'HTTP 400', message: '' }],
    [
      'a 400 with a code',
      reply(400, { errorCode: '400.008.01', errorMessage: 'Invalid Authentication passed' }),
      { code: '400.008.01', message: 'Invalid Authentication passed' },
    ],
  ])('is refused without being made where the key is wrong: %s', async (_, refusal, word) => {
    const http = new ScriptedHttp(refusal);
    const answer = await clientWith(http, new ScriptedTokens()).client.post('payCustomer', {});
    expect(answer).toMatchObject({ is: 'refused', by: 'token', word });
    expect(http.sent).toHaveLength(1);
  });

  it.each([
    ['no answer', new NoAnswer('reset')],
    ['a page', reply(200, '<html>')],
    ['a token of another shape', reply(200, { access_token: 'x' })],
    ['an overload', reply(503, '')],
    ['the firewall', reply(403, '<html>')],
  ])('was never sent where the token request meets %s', async (_, trouble) => {
    const { client } = clientWith(new ScriptedHttp(trouble), new ScriptedTokens());
    await expect(client.post('payCustomer', {})).rejects.toBeInstanceOf(NotReached);
  });

  it('leaves open what happened where its own answer is lost', async () => {
    const { client } = clientWith(new ScriptedHttp(new NoAnswer('reset')));
    await expect(client.post('payCustomer', {})).rejects.toBeInstanceOf(NoAnswer);
  });
});
