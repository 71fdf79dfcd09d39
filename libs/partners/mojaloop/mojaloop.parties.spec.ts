import { describe, expect, it } from '@jest/globals';
import { type Party } from '#domain';
import { NoAnswer, type Reply } from '#partner-kit';
import { has, mojaloopOver, reply, ScriptedHttp, trouble } from './fixtures/stage.js';

const party = { type: 'msisdn', value: '+221770000701' } as const;
const partyIdInfo = { partyIdType: 'MSISDN', partyIdentifier: '221770000701', fspId: 'payee-demo' };
const known = (more: object = { name: "Aissatou N'Diaye" }) =>
  reply(200, { party: { body: { partyIdInfo, ...more }, headers: {} }, currentState: 'COMPLETED' });
const notFound = (errorCode: string) =>
  reply(404, { errorInformation: { errorCode, errorDescription: 'not found' }, currentState: 'COMPLETED' });

const find = (answer: Reply | Error, name: string | null = null, asked: Party = party) => {
  const http = new ScriptedHttp(answer);
  const answered = has(mojaloopOver(http).parties).find({ party: asked, name, amount: null });
  return { http, answered };
};

describe('looking somebody up', () => {
  it('says whose account it is', async () => {
    const { http, answered } = find(known());
    expect(await answered).toEqual({
      exists: true,
      name: "Aissatou N'Diaye",
      nameMatches: null,
      withinLimits: null,
    });
    expect(http.asked).toEqual(['GET /parties/MSISDN/221770000701']);
  });

  it.each([
    ["Aissatou N'Diaye", true],
    ['aïssatou n’diaye', true],
    ['Awa Demo', false],
  ])('says whether the name %s fits: %s', async (name, nameMatches) => {
    expect(await find(known(), name).answered).toMatchObject({ nameMatches });
  });

  it.each([
    ['in parts', { personalInfo: { complexName: { firstName: 'Awa', lastName: 'Demo' } } }, 'Awa Demo'],
    ['not at all', {}, null],
    ['in a form that nobody knows', { personalInfo: 'Awa' }, null],
  ])('takes a name that is given %s', async (_how, more, name) => {
    expect(await find(known(more), 'Awa Demo').answered).toMatchObject({ exists: true, name });
  });

  it('takes a party that is wrapped once more', async () => {
    const wrapped = reply(200, { party: { body: { party: { partyIdInfo, name: 'Awa' } } } });
    expect(await find(wrapped).answered).toMatchObject({ exists: true, name: 'Awa' });
  });

  it.each(['3200', '3204', '5107'])('says that there is nobody when the switch answers %s', async (code) => {
    expect(await find(notFound(code)).answered).toEqual({
      exists: false,
      name: null,
      nameMatches: null,
      withinLimits: null,
    });
  });

  it.each([
    ['another error of the switch’s', notFound('3201')],
    ['a timeout', trouble(500, '500', 'Timeout')],
    ['a web page', reply(200, '<html>')],
    ['nothing', reply(200, {})],
    ['too many requests', reply(429)],
    ['a broken wire', new NoAnswer('hung up')],
  ])('gives no answer on %s', async (_what, answer) => {
    await expect(find(answer).answered).rejects.toThrow(NoAnswer);
  });

  it.each([
    ['whom no scheme knows', { type: 'till', value: '600777' }, { exists: false, isTypeKnown: false }],
    ['what is no name in any scheme', { type: 'account', value: 'SN/42' }, { exists: false }],
    ['an account of somebody’s', { ...party, account: 'savings' }, { exists: null }],
  ] as const)('does not ask for %s', async (_what, asked, answer) => {
    const { http, answered } = find(known(), null, asked);
    expect(await answered).toEqual({ name: null, nameMatches: null, withinLimits: null, ...answer });
    expect(http.asked).toEqual([]);
  });
});
