import {
  type AmountLimit,
  defineAdapter,
  type PartnerAdapter,
  type PartnerContext,
  type PartnerDescriptor,
} from '#partner-kit';
import { DarajaBalances } from './daraja.balances.js';
import { DarajaCallbacks } from './daraja.callbacks.js';
import { DarajaClient } from './daraja.client.js';
import { DarajaCollections } from './daraja.collections.js';
import { type Initiator } from './daraja.mapper.js';
import { DarajaPayouts } from './daraja.payouts.js';
import { DarajaRegistration } from './daraja.registration.js';
import { DarajaReversals } from './daraja.reversals.js';
import { DarajaSecrets, DarajaSettings, type Limit, numbersOf } from './daraja.settings.js';
import { byReceipt, StatusQuestions } from './daraja.status.js';
import { securityCredential } from './security-credential.js';
import { checkCallbackUrl } from './set-up.js';

type Context = PartnerContext<DarajaSettings, DarajaSecrets>;

const minutes = (count: number): number => count * 60_000;

const limit = (least: string, most: string): AmountLimit => ({
  currency: 'KES',
  least,
  most,
  wholeUnits: true,
});

/** The widest of both: `check` knows which one an order falls under. */
const eitherLimit = (one: Limit, other: Limit): AmountLimit =>
  limit(
    BigInt(one.least) < BigInt(other.least) ? one.least : other.least,
    BigInt(one.most) > BigInt(other.most) ? one.most : other.most,
  );

/** Half a minute after the push at the earliest, then at a pace that its rate limit bears, for three quarters of an hour. */
const ENQUIRY_TIMETABLE_S = [35, 55, 80, 110, 140, 170, 300, 600, 1_200, 1_800, 2_550];

function describe({ collection, payouts, limits, timing }: DarajaSettings): PartnerDescriptor {
  const { payments, customers, businesses } = limits;
  return {
    title: 'M-Pesa Kenya (Daraja)',
    country: 'KE',
    limits: {
      ...(collection && { collections: [limit(payments.least, payments.most)] }),
      ...(payouts && { disbursements: [eitherLimit(customers, businesses)] }),
    },
    payerTypes: collection ? ['msisdn'] : [],
    payeeTypes: payouts ? ['msisdn', 'paybill', 'till'] : [],
    enquiryTimetableMs: ENQUIRY_TIMETABLE_S.map((s) => s * 1_000),
    visibilityDelayMs: timing.visibilityDelayMs,
    submitForMs: minutes(5),
    unresolvedAfterMs: minutes(24 * 60),
    // Not published, by app and product; bulk payouts are advised to stay within five a second.
    pace: {
      default: { perSecond: 5, burst: 5, concurrency: 5 },
      collections: { perSecond: 20, burst: 40, concurrency: 50 },
      disbursements: { perSecond: 5, burst: 5, concurrency: 10 },
      enquiries: { perSecond: 5, burst: 5, concurrency: 10 },
    },
  };
}

function initiatorOf({ settings, secrets }: Context): Initiator | undefined {
  const { initiatorName: name } = settings;
  if (name === undefined) return undefined;
  const { initiatorPassword: password, certificate } = secrets;
  if (password === undefined || certificate === undefined) {
    throw new Error('initiatorName needs the secrets initiatorPassword and certificate');
  }
  return { name, credential: securityCredential(password, certificate) };
}

function incoming(context: Context, client: DarajaClient, status: StatusQuestions | undefined) {
  const { settings, secrets, clock } = context;
  const { collection } = settings;
  if (!collection) return {};
  const { passkey } = secrets;
  if (passkey === undefined) throw new Error('collection needs the secret passkey');
  const numbers = numbersOf(collection);
  const callbackUrl = (path: string): string => context.callbackUrl(path);
  return {
    collections: new DarajaCollections({
      ...{ client, clock, settings, numbers, passkey, status, callbackUrl },
      merchantName: collection.merchantName,
    }),
    registration: new DarajaRegistration({ client, collection, numbers, callbackUrl }),
  };
}

/** What only the initiator may do. */
function initiated(context: Context, client: DarajaClient, initiator: Initiator, status: StatusQuestions) {
  const { collection, payouts, limits } = context.settings;
  const callbackUrl = (path: string): string => context.callbackUrl(path);
  const numbers = collection && numbersOf(collection);
  const shortCode = payouts?.shortCode ?? numbers?.shortCode ?? '';
  return {
    ...(payouts && {
      disbursements: new DarajaPayouts({ client, initiator, payouts, limits, status, callbackUrl }),
    }),
    ...(numbers && {
      reversals: new DarajaReversals({ client, initiator, numbers, status, callbackUrl }),
      receipts: {
        enquire: (order) =>
          status.ask(order, {
            shortCode: numbers.shortCode,
            direction: 'received',
            trace: byReceipt(order),
          }),
      },
    }),
    balances: new DarajaBalances({ client, initiator, shortCode, callbackUrl }),
  } satisfies Partial<PartnerAdapter>;
}

function create(context: Context): PartnerAdapter {
  const { settings, secrets, http, tokens, clock } = context;
  checkCallbackUrl(context.callbackUrl(''), settings.baseUrl);
  const client = new DarajaClient(http, tokens, clock, secrets);
  const initiator = initiatorOf(context);
  const status = initiator && new StatusQuestions(client, initiator, (path) => context.callbackUrl(path));
  return {
    descriptor: describe(settings),
    ...incoming(context, client, status),
    ...(initiator && status && initiated(context, client, initiator, status)),
    callbacks: new DarajaCallbacks(settings),
  };
}

/** M-Pesa Kenya over Daraja: pushes and QR codes, payouts to phones, paybills and tills, reversals, receipts, balances. */
export const daraja = defineAdapter({
  name: 'daraja',
  settings: DarajaSettings,
  secrets: DarajaSecrets,
  baseUrl: ({ baseUrl }) => baseUrl,
  create,
});
