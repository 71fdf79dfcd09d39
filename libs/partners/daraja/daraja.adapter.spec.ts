import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { capabilitiesOf, type PartnerAdapter, type PartnerContext } from '#partner-kit';
import { MemorySightings } from '#partner-kit/testing';
import { daraja } from './daraja.adapter.js';
import { type DarajaSecrets, type DarajaSettings } from './daraja.settings.js';
import {
  clock,
  ID,
  NOW,
  payment,
  reply,
  ScriptedHttp,
  ScriptedTokens,
  submitted,
  transfer,
} from './spec-support.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const collection = { paybill: '600777', merchantName: 'Demo' };
const everything = {
  baseUrl: 'https://sandbox.example',
  collection,
  payouts: { shortCode: '600997' },
  initiatorName: 'gwapi',
};
const allSecrets = {
  ...{ consumerKey: 'k', consumerSecret: 's', passkey: 'p', initiatorPassword: 'S3cret#Word', certificate },
};

function adapterOf(
  http = new ScriptedHttp(),
  settings: object = everything,
  secrets: object = allSecrets,
  publicUrl = 'https://pay.example/callbacks/0af1',
): PartnerAdapter {
  const context: PartnerContext<DarajaSettings, DarajaSecrets> = {
    id: 'mpesa-ke',
    settings: daraja.settings.parse(settings) as DarajaSettings,
    secrets: daraja.secrets.parse(secrets) as DarajaSecrets,
    ...{ clock, http, tokens: new ScriptedTokens('a-token-of-28-characters-here') },
    sightings: new MemorySightings(clock),
    callbackUrl: (path) => `${publicUrl}/${path}`,
  };
  return daraja.create(context);
}

const ack = reply(200, { ConversationID: 'AG_1', OriginatorConversationID: 'own-1', ResponseCode: '0' });

describe('what the adapter can do follows its settings', () => {
  it.each([
    [
      'everything',
      everything,
      ['collections', 'disbursements', 'reversals', 'receipts', 'balances', 'registration', 'callbacks'],
    ],
    [
      'collection alone',
      { baseUrl: everything.baseUrl, collection },
      ['collections', 'registration', 'callbacks'],
    ],
    ['payouts alone', { ...everything, collection: undefined }, ['disbursements', 'balances', 'callbacks']],
  ])('%s', (_, settings, capabilities) => {
    const adapter = adapterOf(new ScriptedHttp(), settings);
    expect(capabilitiesOf(adapter)).toEqual(capabilities);
    expect(adapter.descriptor.payerTypes).toEqual(capabilities.includes('collections') ? ['msisdn'] : []);
  });

  it.each([
    ['a passkey', { ...allSecrets, passkey: undefined }, /passkey/],
    ['the initiator', { ...allSecrets, initiatorPassword: undefined }, /initiatorPassword/],
  ])('and refuses to start without %s', (_, secrets, words) => {
    expect(() => adapterOf(new ScriptedHttp(), everything, secrets)).toThrow(words);
  });

  it.each([
    ['https://pay.example/callbacks/SQLx', /SQL/],
    ['https://safaricom.pay.example/callbacks/1', /safaricom/],
    ['https://Pay.example/callbacks/1', /capital/],
  ])('and refuses to be called back at %s', (publicUrl, words) => {
    expect(() => adapterOf(new ScriptedHttp(), everything, allSecrets, publicUrl)).toThrow(words);
  });

  it('and wants https in production', () => {
    const live = { ...everything, baseUrl: 'https://api.safaricom.co.ke' };
    expect(() => adapterOf(new ScriptedHttp(), live, allSecrets, 'http://pay.example/callbacks/1')).toThrow(
      /https/,
    );
  });
});

describe('a payout', () => {
  it('carries the password as only the partner can read it', async () => {
    const http = new ScriptedHttp(ack);
    await adapterOf(http).disbursements?.disburse(transfer());
    const credential = http.bodyOf(0)['SecurityCredential'];
    if (typeof credential !== 'string') throw new Error('no credential');
    expect(credential).toHaveLength(344);
    const padding = constants.RSA_PKCS1_PADDING;
    const opened = privateDecrypt({ key: privateKey, padding }, Buffer.from(credential, 'base64'));
    expect(opened.toString()).toBe('S3cret#Word');
  });

  it('to a customer may be sent again, to a business not', () => {
    const { disbursements } = adapterOf();
    expect(disbursements?.resubmissionIsSafe(transfer())).toBe(true);
    for (const type of ['paybill', 'till'] as const) {
      const payee = { type, value: '600555', account: 'A1' };
      expect(disbursements?.resubmissionIsSafe(transfer({ payee }))).toBe(false);
    }
  });

  it.each([
    [reply(400, { errorCode: '400.002.02', errorMessage: 'Bad Request - Invalid Remarks' }), 'unknown'],
    [
      reply(500, { errorCode: '500.002.1001', errorMessage: 'Duplicate OriginatorConversationID.' }),
      'pending',
    ],
  ])('whose repeat is refused may have been paid by the first try', async (answer, is) => {
    const { disbursements } = adapterOf(new ScriptedHttp(answer));
    expect((await disbursements?.disburse(transfer({ isRepeat: true })))?.is).toBe(is);
  });

  it('to a customer is asked about by our own id', async () => {
    const http = new ScriptedHttp(ack);
    const claimed = submitted(transfer(), { partnerReference: 'AG_0', receipt: 'UKK1H8V5TD' });
    const outcome = await adapterOf(http).disbursements?.enquire?.(claimed);
    expect(outcome).toEqual({ is: 'answerFollows', references: ['AG_1'] });
    expect(http.bodyOf(0)).toMatchObject({
      OriginalConversationID: ID,
      PartyA: '600997',
      ResultURL: `https://pay.example/callbacks/0af1/ts/result/${ID}`,
    });
  });

  it('to a business is asked about by the id that the partner made', async () => {
    const http = new ScriptedHttp(ack);
    const order = transfer({ payee: { type: 'till', value: '600555' } });
    const known = submitted(order, { partnerReference: 'AG_0', references: ['AG_0', 'own-0'] });
    await adapterOf(http).disbursements?.enquire?.(known);
    expect(http.bodyOf(0)).toMatchObject({ OriginalConversationID: 'own-0' });
  });

  it('to a business whose answer was lost is asked about by what a callback calls it', async () => {
    const http = new ScriptedHttp(ack, ack);
    const order = transfer({ payee: { type: 'till', value: '600555' } });
    const { disbursements } = adapterOf(http);
    await disbursements?.enquire?.(submitted(order, { claimedNames: ['AG_0', 'own-0'] }));
    await disbursements?.enquire?.(submitted(order, { claimedNames: ['AG_0'] }));
    expect(http.bodyOf(0)).toMatchObject({ OriginalConversationID: 'own-0' });
    expect(http.bodyOf(1)).toMatchObject({ OriginalConversationID: 'AG_0' });
  });

  it('is asked about by what the partner has told us before what a callback calls it', async () => {
    const http = new ScriptedHttp(ack, ack);
    const claimedNames = ['made up', 'made up, too'];
    const { disbursements } = adapterOf(http);
    const business = transfer({ payee: { type: 'till', value: '600555' } });
    await disbursements?.enquire?.(submitted(business, { partnerReference: 'AG_0', claimedNames }));
    await disbursements?.enquire?.(submitted(transfer(), { claimedNames }));
    expect(http.bodyOf(0)).toMatchObject({ OriginalConversationID: 'AG_0' });
    expect(http.bodyOf(1)).toMatchObject({ OriginalConversationID: ID });
  });

  it('to a business whose answer was lost cannot be asked about', async () => {
    const http = new ScriptedHttp();
    const order = submitted(transfer({ payee: { type: 'till', value: '600555' } }));
    expect((await adapterOf(http).disbursements?.enquire?.(order))?.is).toBe('unknown');
    expect(http.sent).toHaveLength(0);
  });
});

describe('a push', () => {
  const says = (ResultCode: string) => reply(200, { ResponseCode: '0', ResultCode, ResultDesc: '' });
  const gone = reply(500, { errorCode: '500.001.1001', errorMessage: 'The transaction does not Exist' });
  const known = { partnerReference: 'ws_CO_1' };

  it('is asked about by its checkout id', async () => {
    const http = new ScriptedHttp(says('0'));
    const outcome = await adapterOf(http).collections?.enquire?.(submitted(payment(), known));
    expect(outcome?.is).toBe('succeeded');
    expect(http.bodyOf(0)).toMatchObject({ CheckoutRequestID: 'ws_CO_1', Timestamp: '20261120110531' });
  });

  it.each([
    [29_999, 'pending'],
    [30_000, 'unknown'],
  ])('that "does not exist" %s ms after it was sent is %s', async (ageMs, is) => {
    const submittedAt = new Date(NOW.getTime() - ageMs);
    const order = submitted(payment(), { ...known, submittedAt });
    expect((await adapterOf(new ScriptedHttp(gone)).collections?.enquire?.(order))?.is).toBe(is);
  });

  it.each([
    ['0', 'ws_CO_1'],
    ['1032', 'ws_CO_1'],
    // It says that there is such a prompt, and not whose.
    ['4999', undefined],
  ])('whose answer was lost is asked about by what a callback calls it: %s', async (code, reference) => {
    const http = new ScriptedHttp(says(code));
    const lost = submitted(payment(), { claimedNames: ['ws_CO_1', 'm-1'] });
    const outcome = await adapterOf(http).collections?.enquire?.(lost);
    expect(http.bodyOf(0)).toMatchObject({ CheckoutRequestID: 'ws_CO_1' });
    expect(outcome?.reference).toBe(reference);
  });

  it('is asked about by its checkout id, whatever a callback calls it', async () => {
    const http = new ScriptedHttp(says('0'));
    await adapterOf(http).collections?.enquire?.(submitted(payment(), { ...known, claimedNames: ['no'] }));
    expect(http.bodyOf(0)).toMatchObject({ CheckoutRequestID: 'ws_CO_1' });
  });

  it('whose answer was lost cannot be asked about', async () => {
    const http = new ScriptedHttp();
    expect((await adapterOf(http).collections?.enquire?.(submitted(payment())))?.is).toBe('unknown');
    expect(http.sent).toHaveLength(0);
  });

  it('that the query denies although there is a receipt is asked about by the receipt', async () => {
    const http = new ScriptedHttp(says('1037'), ack);
    const claimed = submitted(payment(), { ...known, receipt: 'UKK7B2M4XR' });
    const outcome = await adapterOf(http).collections?.enquire?.(claimed);
    expect(outcome).toEqual({ is: 'answerFollows', references: ['AG_1'] });
    expect(http.bodyOf(1)).toMatchObject({
      TransactionID: 'UKK7B2M4XR',
      PartyA: '600777',
      ResultURL: `https://pay.example/callbacks/0af1/ts/received/${ID}`,
    });
  });

  it('that the query confirms while a receipt is claimed is asked about by the receipt, too', async () => {
    const http = new ScriptedHttp(says('0'), ack);
    const claimed = submitted(payment(), { ...known, receipt: 'UKK7B2M4XR' });
    const outcome = await adapterOf(http).collections?.enquire?.(claimed);
    expect(outcome).toEqual({ is: 'answerFollows', references: ['AG_1'] });
    expect(http.bodyOf(1)).toMatchObject({ TransactionID: 'UKK7B2M4XR', PartyA: '600777' });
  });

  it('that the query confirms has succeeded without the receipt where that cannot be proven in time', async () => {
    const http = new ScriptedHttp(says('0'));
    const submittedAt = new Date(NOW.getTime() - 900_000);
    const claimed = submitted(payment(), { ...known, submittedAt, receipt: 'UKK7B2M4XR' });
    const outcome = await adapterOf(http).collections?.enquire?.(claimed);
    expect(outcome?.is).toBe('succeeded');
    expect(outcome).not.toHaveProperty('receipt', 'UKK7B2M4XR');
    expect(http.sent).toHaveLength(1);
  });

  it('that the query confirms takes the receipt that is claimed where nobody can ask by it', async () => {
    const alone = { baseUrl: everything.baseUrl, collection };
    const claimed = submitted(payment(), { ...known, receipt: 'UKK7B2M4XR' });
    const adapter = adapterOf(new ScriptedHttp(says('0')), alone);
    expect(await adapter.collections?.enquire?.(claimed)).toMatchObject({
      is: 'succeeded',
      receipt: 'UKK7B2M4XR',
    });
  });

  it('that is denied is unknown where nobody can ask by the receipt', async () => {
    const alone = { baseUrl: everything.baseUrl, collection };
    const adapter = adapterOf(new ScriptedHttp(says('1037')), alone);
    const claimed = submitted(payment(), { ...known, receipt: 'UKK7B2M4XR' });
    expect((await adapter.collections?.enquire?.(claimed))?.is).toBe('unknown');
  });

  it('is never sent again by itself', () => {
    expect(adapterOf().collections?.resubmissionIsSafe(payment())).toBe(false);
  });
});

describe('a QR code', () => {
  const qr = payment({ method: 'qr' });

  it('may be made again, and is open until its receipt comes', async () => {
    const { collections } = adapterOf();
    expect(collections?.resubmissionIsSafe(qr)).toBe(true);
    expect(await collections?.enquire?.(submitted(qr))).toEqual({ is: 'pending' });
  });

  it('of a till needs to know who will pay', () => {
    const till = {
      ...everything,
      collection: { storeNumber: '600778', tillNumber: '600779', merchantName: 'Demo' },
    };
    const { collections } = adapterOf(new ScriptedHttp(), till);
    expect(() => collections?.check?.(payment({ method: 'qr', payer: null }))).toThrow(
      expect.objectContaining({ pointer: '/payer' }),
    );
    collections?.check?.(qr);
  });
});

describe('the registration of our addresses', () => {
  const register = (answer: ReturnType<typeof reply>, http = new ScriptedHttp(answer)) =>
    adapterOf(http).registration?.register();

  it('names both, and what happens without our answer', async () => {
    const http = new ScriptedHttp(reply(200, { OriginatorCoversationID: '7aa1', ResponseCode: '0' }));
    expect(await register(ack, http)).toEqual({ registered: true, message: 'registered' });
    expect(http.bodyOf(0)).toEqual({
      ShortCode: '600777',
      ResponseType: 'Completed',
      ConfirmationURL: 'https://pay.example/callbacks/0af1/c2b/confirm',
      ValidationURL: 'https://pay.example/callbacks/0af1/c2b/validate',
    });
  });

  it.each([
    ['zeros', reply(200, { ResponseCode: '00000000', ResponseDescription: 'Success' }), true],
    ['the word alone', reply(200, { ResponseDescription: 'Success' }), true],
    ['nothing of the kind', reply(200, {}), false],
    ['a no', reply(200, { ResponseCode: '1', ResponseDescription: 'no' }), false],
    [
      'it has been',
      reply(500, { errorCode: '500.003.1001', errorMessage: 'Urls are already registered.' }),
      false,
    ],
    ['a page', reply(503, '<html>'), false],
  ])('is believed of %s', async (_, answer, registered) => {
    expect(await register(answer)).toMatchObject({ registered });
  });
});

describe('a reversal', () => {
  it('is asked about by the id that the partner made', async () => {
    const http = new ScriptedHttp(ack);
    const order = submitted(payment({ kind: 'reversal' }), {
      partnerReference: 'AG_0',
      references: ['own-0', 'AG_0'],
    });
    await adapterOf(http).reversals?.enquire?.(order, submitted(payment()));
    expect(http.bodyOf(0)).toMatchObject({ OriginalConversationID: 'own-0', PartyA: '600777' });
  });
});

describe('a balance question', () => {
  it('carries its id in the address of its answer', async () => {
    const http = new ScriptedHttp(ack);
    expect(await adapterOf(http).balances?.ask({ id: 'q-1' })).toEqual({ is: 'answerFollows' });
    expect(http.bodyOf(0)).toMatchObject({
      PartyA: '600997',
      ResultURL: 'https://pay.example/callbacks/0af1/bal/result/q-1',
    });
  });

  it('that is refused has failed', async () => {
    const refused = reply(400, { errorCode: '400.002.02', errorMessage: 'Bad Request - Invalid PartyA' });
    expect((await adapterOf(new ScriptedHttp(refused)).balances?.ask({ id: 'q-1' }))?.is).toBe('failed');
  });
});
