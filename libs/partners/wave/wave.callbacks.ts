import { type Clock, cut, isId } from '#domain';
import {
  type About,
  type Callbacks,
  type Notice,
  type RawCallback,
  readCallbackBody,
  readingCallback,
  type Verdict,
} from '#partner-kit';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { merchantParty, msisdnParty } from './wave.listings.js';
import { moneyOf, stateOf, toAttemptOutcome, toSessionOutcome, toUnexpectedNews } from './wave.mapper.js';
import { type WaveSecrets, type WaveSettings } from './wave.settings.js';
import { faultOfBearer, faultOfSignature } from './wave.signature.js';
import {
  WaveAttempt,
  WaveBusinessPayment,
  WaveEvent,
  WaveMerchantPayment,
  WaveSession,
} from './wave.wire.js';

/** What each type of webhook means; a type without a line is ignored. Source: Business API, "Webhooks", copies of 2022 to 2026. */
const READERS = new Map<string, (content: unknown) => Notice>([
  ['checkout.session.completed', toCompletion],
  ['checkout.session.payment_failed', toFailedAttempt],
  ['merchant.payment_received', toMerchantReceipt],
  ['b2b.payment_received', toBusinessReceipt],
  // Its form is not published, and nothing came in.
  ['b2b.payment_failed', () => ({ is: 'ignored', why: 'a payment to us by a business failed' })],
  ['test.test_event', () => ({ is: 'ignored', why: 'a test event from the Business Portal' })],
]);

/** Undefined where no webhook secret is configured: then everything is polled. */
export function waveCallbacks(
  settings: WaveSettings,
  secrets: WaveSecrets,
  clock: Clock,
): Callbacks | undefined {
  if (secrets.webhookSecret === undefined) return undefined;
  const accepted = [secrets.webhookSecret, secrets.webhookSecretPrevious].filter((one) => one !== undefined);
  const isExpected = sourceCheckOf(settings);

  function verify({ headers, body, source }: RawCallback): Verdict {
    const fault =
      settings.webhookStrategy === 'signature'
        ? faultOfSignature(headers['wave-signature'], body, accepted, clock.now())
        : faultOfBearer(headers['authorization'], accepted);
    if (fault !== null) return { is: 'forged', why: fault };
    if (settings.sourceCheck === 'off' || isExpected(source)) return { is: 'authentic' };
    const why = "it came from an address that is not on Wave's list";
    return { is: settings.sourceCheck === 'refuse' ? 'forged' : 'doubtful', why };
  }

  function read(callback: RawCallback): readonly Notice[] {
    const { type, data } = readCallbackBody(callback, WaveEvent);
    const reader = READERS.get(type);
    if (!reader) return [{ is: 'ignored', why: `webhooks of the type ${cut(type, 60)} are not known` }];
    return [readingCallback(() => reader(data))];
  }

  return {
    strength: settings.webhookStrategy,
    verify,
    answer: () => ({ status: 200, contentType: 'application/json', body: '{}' }),
    read,
  };
}

/** Only a reference that is one of our ids names an operation: other programs may use the same wallet. */
const aboutOf = ({ id, client_reference: reference }: WaveAttempt): About => ({
  ...(reference !== null && isId(reference) ? { operation: reference } : {}),
  references: [id],
});

function toCompletion(content: unknown): Notice {
  const session = WaveSession.parse(content);
  const state = stateOf(session);
  return {
    is: 'outcome',
    about: aboutOf(session),
    outcome: state === 'paid' || state === 'settling' ? toSessionOutcome(session) : toUnexpectedNews(session),
    amount: moneyOf(session.amount, session.currency),
  };
}

function toFailedAttempt(content: unknown): Notice {
  const attempt = WaveAttempt.parse(content);
  return { is: 'outcome', about: aboutOf(attempt), outcome: toAttemptOutcome(attempt) };
}

function toMerchantReceipt(content: unknown): Notice {
  const payment = WaveMerchantPayment.parse(content);
  return {
    is: 'receipt',
    receipt: payment.id,
    amount: moneyOf(payment.amount, payment.currency),
    payer: msisdnParty(payment.sender_mobile),
    reference: typedText(payment.custom_fields),
    ...(payment.merchant_name === null ? {} : { description: payment.merchant_name }),
    paidAt: payment.when_created,
    ...neverACheckout,
  };
}

function toBusinessReceipt(content: unknown): Notice {
  const payment = WaveBusinessPayment.parse(content);
  return {
    is: 'receipt',
    receipt: payment.id,
    amount: moneyOf(payment.amount, payment.currency),
    payer: merchantParty(payment.sender_id),
    reference: payment.client_reference,
    paidAt: payment.when_created,
    ...neverACheckout,
  };
}

/** Money of a checkout session is told by the session's own webhook. */
const neverACheckout = { marks: null, fit: () => 'misfit' as const };

/** What the payer typed into the merchant's own fields, in one line. */
function typedText(fields: WaveMerchantPayment['custom_fields']): string | null {
  const texts = Object.values(fields ?? {}).filter((value) => typeof value === 'string' && value !== '');
  return texts.length === 0 ? null : texts.join(', ');
}

function sourceCheckOf({ sourceRanges }: WaveSettings): (address: string) => boolean {
  const list = new BlockList();
  const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
  for (const range of sourceRanges) {
    const [address = '', bits] = range.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}
