import { type Desk } from '../../../kit/simulator.js';
import { type Amount, converted, costOf, fromUnits, shareOf, toUnits } from '../amounts.js';
import { type Quoting, scripts } from '../magic.js';
import { type MojaloopSettings } from '../settings.js';
import { CallFailed, NoAnswer, SchemeError } from './errors.js';
import { conditionOf, fulfilmentOf, packetOf } from './ilp.js';
import { type Conversion, type PartyFound, type Quote, type QuoteQuestion, type Received } from './wire.js';

const shortLifeMs = 1_000;
const lookupRefused = 'Request failed with status code 400';

/** The institutions on the other side: the payee's, and the one that changes money. Each answer takes a stage. */
export class Participants {
  constructor(
    private readonly desk: Desk,
    private readonly settings: MojaloopSettings,
  ) {}

  /** @throws SchemeError, NoAnswer, CallFailed */
  async lookUp(type: string, identifier: string, subId?: string): Promise<Received<PartyFound>> {
    const finding = scripts.finding(identifier);
    switch (finding.does) {
      case 'silence':
        return this.#keepSilent();
      case 'refuse':
        await this.#takeTime();
        throw new CallFailed(lookupRefused);
      case 'error':
        await this.#takeTime();
        throw new SchemeError(finding.code);
      case 'find': {
        await this.#takeTime();
        const { payeeFspId: fspId } = this.settings;
        const partyIdInfo = {
          partyIdType: type,
          partyIdentifier: identifier,
          ...(subId === undefined ? {} : { partySubIdOrType: subId }),
          fspId,
        };
        return this.#received(fspId, { party: { partyIdInfo, ...this.#detailsFor(finding.as) } });
      }
    }
  }

  /** @throws SchemeError, NoAnswer */
  async quote(question: QuoteQuestion): Promise<Received<Quote>> {
    const quoting = scripts.quoting(question.payee);
    if (quoting.does === 'silence') return this.#keepSilent();
    await this.#takeTime();
    if (quoting.does === 'error') throw new SchemeError(quoting.code);
    if (question.amount.currency !== this.#currencyOf(question.payee)) throw new SchemeError('5106');
    const price = this.#priceOf(question, quoting.as);
    const expiration = this.#expiry(quoting.as === 'shortLived');
    const ilpPacket = packetOf({ ...question, ...price, expiration });
    return this.#received(this.settings.payeeFspId, {
      ...price,
      expiration,
      ilpPacket,
      condition: conditionOf(fulfilmentOf(ilpPacket)),
    });
  }

  /**
   * Changes our currency into the foreign one, seen from either side: SEND gives up `amount`, RECEIVE gets it.
   * @throws NoAnswer
   */
  async convert(
    question: QuoteQuestion & { readonly conversionId: string; readonly initiatingFsp: string | undefined },
  ): Promise<Received<Conversion>> {
    const { conversionId, initiatingFsp, payee, amountType, amount, transactionId } = question;
    if (initiatingFsp === undefined || scripts.converting(payee) === 'silentQuote') return this.#keepSilent();
    await this.#takeTime();
    const { foreignCurrency, foreignRate, currency, fxProviderFspId } = this.settings;
    const [units, rate] = [toUnits(amount.amount), toUnits(foreignRate)];
    const other =
      amountType === 'SEND'
        ? { currency: foreignCurrency, amount: fromUnits(converted(units, rate, foreignCurrency)) }
        : { currency, amount: fromUnits(costOf(units, rate, currency)) };
    const conversionTerms = {
      conversionId,
      determiningTransferId: transactionId,
      initiatingFsp,
      counterPartyFsp: fxProviderFspId,
      amountType,
      sourceAmount: amountType === 'SEND' ? amount : other,
      targetAmount: amountType === 'SEND' ? other : amount,
      expiration: this.#expiry(false),
      charges: [],
    };
    const condition = conditionOf(fulfilmentOf(packetOf(conversionTerms)));
    return this.#received(fxProviderFspId, { condition, conversionTerms });
  }

  /** What the payee's account is kept in. */
  #currencyOf(payee: string): string {
    const { imitates, currency, foreignCurrency } = this.settings;
    const finding = scripts.finding(payee);
    const isAbroad = finding.does === 'find' && finding.as === 'abroad' && imitates !== '18.0.2';
    return isAbroad ? foreignCurrency : currency;
  }

  /** Who the payee is, beside the identifier. */
  #detailsFor(as: 'nameless' | 'accented' | 'abroad' | undefined): Omit<PartyFound['party'], 'partyIdInfo'> {
    const { payeeFirstName, payeeLastName, currency, foreignCurrency, imitates } = this.settings;
    const currencies =
      imitates === '18.0.2' ? {} : { supportedCurrencies: as === 'abroad' ? [foreignCurrency] : [currency] };
    if (as === 'nameless') return currencies;
    const [firstName, lastName] =
      as === 'accented' ? ['Aïssatou', "N'Diaye"] : [payeeFirstName, payeeLastName];
    const plainName = `${firstName} ${lastName}`.normalize('NFD').replaceAll(/\p{M}/gu, '');
    return { name: plainName, personalInfo: { complexName: { firstName, lastName } }, ...currencies };
  }

  #priceOf({ amountType, amount }: QuoteQuestion, as: Extract<Quoting, { does: 'quote' }>['as']) {
    const { payeeFeeBasisPoints, payeeCommissionBasisPoints } = this.settings;
    const currency = as === 'otherCurrency' ? 'EUR' : amount.currency;
    const asked = toUnits(amount.amount) * (as === 'doubled' ? 2n : 1n);
    const fee = shareOf(asked, payeeFeeBasisPoints, currency);
    const commission = shareOf(asked, payeeCommissionBasisPoints, currency);
    const kept = fee - commission;
    const written = (units: bigint): Amount => ({ currency, amount: fromUnits(units) });
    const transferAmount = written(amountType === 'SEND' ? asked : asked + kept);
    if (as === 'bare') return { transferAmount };
    return {
      transferAmount,
      payeeReceiveAmount: written(amountType === 'SEND' ? asked - kept : asked),
      payeeFspFee: written(fee),
      ...(payeeCommissionBasisPoints > 0 ? { payeeFspCommission: written(commission) } : {}),
    };
  }

  #expiry(isShort: boolean): string {
    const lifeMs = isShort ? shortLifeMs : this.settings.quoteLifetimeMs;
    return new Date(this.desk.clock.now().getTime() + lifeMs).toISOString();
  }

  #received<Body>(source: string, body: Body): Received<Body> {
    return { body, headers: headersFrom(source, this.settings.fspId, this.desk.clock.now()) };
  }

  #takeTime(): Promise<void> {
    return pause(this.desk, this.settings.stageMs);
  }

  async #keepSilent(): Promise<never> {
    await pause(this.desk, this.settings.processingTimeoutMs);
    throw new NoAnswer();
  }
}

export const headersFrom = (source: string, destination: string, at: Date) => ({
  'content-type': 'application/json',
  date: at.toUTCString(),
  'fspiop-source': source,
  'fspiop-destination': destination,
});

/** On the partner's clock: as long as that takes, or until it is advanced. */
export const pause = ({ clock }: Desk, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
