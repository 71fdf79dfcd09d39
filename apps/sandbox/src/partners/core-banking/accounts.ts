import { createHash } from 'node:crypto';
import { type AccountName } from './body.js';
import { magic } from './magic.js';
import { CoreRefusal } from './refusal.js';
import { type CoreBankingSettings } from './settings.js';

export interface Account {
  readonly name: AccountName;
  readonly holder: { readonly name: string; readonly firstName: string; readonly lastName: string };
  readonly status: 'open' | 'blocked' | 'closed';
  readonly currencies: readonly string[];
}

const forms: Readonly<Record<AccountName['type'], RegExp>> = {
  msisdn: /^\+[1-9]\d{6,14}$/,
  iban: /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/,
  account: /^[A-Za-z0-9][A-Za-z0-9 /.-]{1,63}$/,
  alias: /^\S.{0,62}\S$/,
  merchant: /^[A-Za-z0-9-]{2,64}$/,
};

const firstNames = ['Awa', 'Moussa', 'Fatou', 'Ibrahima', 'Mariama', 'Cheikh', 'Aïssatou', 'Ousmane'];
const lastNames = ['Diop', 'Ndiaye', 'Fall', 'Sow', 'Ba', 'Gueye', 'Sarr', 'Faye'];

/** Whoever is asked for has an account here, always the same one. */
export class Accounts {
  constructor(private readonly settings: CoreBankingSettings) {}

  /** @throws CoreRefusal `account_unknown`, `account_type_unsupported` */
  find(name: AccountName): Account {
    const standing = magic.standing(name.value);
    if (!forms[name.type].test(name.value) || standing === 'unknown')
      throw new CoreRefusal('account_unknown');
    if (standing === 'otherType') throw new CoreRefusal('account_type_unsupported');
    const { currencies, otherCurrency } = this.settings;
    return {
      name,
      holder: holderOf(name),
      status: standing === 'blocked' || standing === 'closed' ? standing : 'open',
      currencies: standing === 'otherCurrency' ? [otherCurrency] : currencies,
    };
  }

  /** @throws CoreRefusal where nothing can be credited there in this currency */
  findForCredit(name: AccountName, currency: string): Account {
    const account = this.find(name);
    if (account.status !== 'open') throw new CoreRefusal(`account_${account.status}`);
    if (!account.currencies.includes(currency)) throw new CoreRefusal('currency_not_held');
    return account;
  }
}

function holderOf({ type, value }: AccountName): Account['holder'] {
  const [first = 0, last = 0] = createHash('sha256').update(`${type}:${value}`).digest();
  const firstName = firstNames[first % firstNames.length] ?? '';
  const lastName = lastNames[last % lastNames.length] ?? '';
  return { name: `${firstName} ${lastName}`, firstName, lastName };
}
