import { type Accounts } from './accounts.js';
import { amountOf, grossOf, shareOf, toMinor } from './amounts.js';
import { type Amount, type QuoteOrder } from './body.js';
import { magic } from './magic.js';
import { CoreRefusal } from './refusal.js';
import { type CoreBankingSettings } from './settings.js';

export interface Quote {
  readonly sends: Amount;
  readonly receives: Amount;
  readonly fee: Amount | null;
  readonly commission: Amount | null;
  readonly expiresAt?: string;
}

interface Price {
  readonly sends: bigint;
  readonly receives: bigint;
  readonly fee: bigint;
  readonly commission: bigint;
}

/** What it costs to credit an account. @throws CoreRefusal */
export function priceOf(
  { account, amount, amountIs }: QuoteOrder,
  accounts: Accounts,
  settings: CoreBankingSettings,
  now: Date,
): Quote {
  accounts.findForCredit(account, amount.currency);
  const minor = toMinor(amount);
  const pricing = magic.pricing(account.value);
  if (minor === 0n) throw new CoreRefusal('amount_invalid');
  if (pricing === 'limit') throw new CoreRefusal('limit_exceeded');
  const { sends, receives, fee, commission } = priced(minor, amountIs, {
    fee: pricing === 'fee' ? settings.feeBasisPoints : 0,
    commission: pricing === 'commission' ? settings.commissionBasisPoints : 0,
  });
  if (receives <= 0n || sends <= 0n) throw new CoreRefusal('amount_invalid');
  const { quoteLifetimeMs } = settings;
  const money = (units: bigint) => amountOf(units, amount.currency);
  return {
    sends: money(sends),
    // An account whose price nobody should believe: one unit has gone astray.
    receives: money(pricing === 'misfit' ? receives + 1n : receives),
    fee: fee === 0n ? null : money(fee),
    commission: commission === 0n ? null : money(commission),
    ...(quoteLifetimeMs === null
      ? {}
      : { expiresAt: new Date(now.getTime() + quoteLifetimeMs).toISOString() }),
  };
}

/** Either a fee is kept, a share of what is sent, or a commission is given, a share of the amount. */
function priced(
  minor: bigint,
  amountIs: QuoteOrder['amountIs'],
  shares: { readonly fee: number; readonly commission: number },
): Price {
  if (amountIs === 'sent') {
    const fee = shareOf(minor, shares.fee);
    const commission = shareOf(minor, shares.commission);
    return { sends: minor, receives: minor - fee + commission, fee, commission };
  }
  if (shares.commission > 0) {
    const commission = shareOf(minor, shares.commission);
    return { sends: minor - commission, receives: minor, fee: 0n, commission };
  }
  const sends = grossOf(minor, shares.fee);
  return { sends, receives: minor, fee: sends - minor, commission: 0n };
}
