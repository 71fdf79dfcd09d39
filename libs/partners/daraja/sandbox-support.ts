import { generateKeyPairSync } from 'node:crypto';
import { type PartnerUnderTest, startSandboxFor } from '#partner-kit/testing';

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
export const secrets = {
  consumerKey: 'contract-consumer-key',
  consumerSecret: 'contract-consumer-secret',
  passkey: '0123456789abcdef'.repeat(4),
  initiatorPassword: 'contract-Initiator#Word',
  certificate: pair.publicKey,
};
export const collection = { paybill: '600777', merchantName: 'Passerelle Demo' };
export const settingsAt = (baseUrl: string) => ({
  baseUrl,
  collection,
  payouts: { shortCode: '600997' },
  initiatorName: 'gwapi',
  timing: { visibilityDelayMs: 3_000 },
  sourceRanges: ['127.0.0.1/32'],
});
export const msisdn = (value: string) => ({ type: 'msisdn', value }) as const;
export const payer = (digits: string) => msisdn(`+2547000001${digits}`);
export const payee = (digits: string) => msisdn(`+2547000002${digits}`);
export const business = (type: 'paybill' | 'till', value: string) =>
  ({ type, value, account: 'SUP-7731' }) as const;

/** The simulator, quick, and with keys that only these tests know. */
export const start = (): Promise<PartnerUnderTest> =>
  startSandboxFor('mpesa-ke', {
    settings: { callbackDelayMs: 20, promptTimeoutMs: 600, lateMs: 100, transferFee: '13.00' },
    environment: () => ({
      MPESA_KE_CONSUMER_KEY: secrets.consumerKey,
      MPESA_KE_CONSUMER_SECRET: secrets.consumerSecret,
      MPESA_KE_PASSKEY: secrets.passkey,
      MPESA_KE_INITIATOR_PASSWORD: secrets.initiatorPassword,
      MPESA_KE_SANDBOX_PRIVATE_KEY: pair.privateKey,
    }),
  });
