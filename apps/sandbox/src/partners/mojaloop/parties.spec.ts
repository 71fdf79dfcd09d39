import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MojaloopStage, openMojaloopStage } from '../../testing/mojaloop-stage.js';

let stage: MojaloopStage;
beforeAll(async () => {
  stage = await openMojaloopStage();
});
afterAll(() => stage.close());
const find = (path: string) => stage.mojaloop('GET', `/parties/${path}`);

describe('the lookup of a party', () => {
  it('answers the party as the scheme gave it', async () => {
    expect(await find('MSISDN/%2B221770000001')).toMatchObject({
      status: 200,
      json: {
        currentState: 'COMPLETED',
        party: {
          body: {
            party: {
              partyIdInfo: {
                partyIdType: 'MSISDN',
                partyIdentifier: '+221770000001',
                fspId: 'payee-demo',
              },
              name: 'Awa Demo',
              supportedCurrencies: ['XOF'],
            },
          },
          headers: { 'fspiop-source': 'payee-demo' },
        },
      },
    });
    expect(await find('PERSONAL_ID/1751199000001/PASSPORT')).toMatchObject({
      json: { party: { body: { party: { partyIdInfo: { partySubIdOrType: 'PASSPORT' } } } } },
    });
  });

  it.each([
    ['MSISDN/221770000002', 404, { errorInformation: { errorCode: '3204' }, currentState: 'COMPLETED' }],
    ['MSISDN/221770000003', 500, { message: 'Timeout', statusCode: '500' }],
    ['MSISDN/221770000004', 500, { statusCode: '500', requestPartiesInformationState: {} }],
    ['PIGEON/1', 400, { statusCode: 400 }],
  ])('of %s is %i', async (path, status, json) => {
    expect(await find(path)).toMatchObject({ status, json });
  });
});
