import { type Amount } from '../amounts.js';

/** What came back over the scheme: its body and the headers around it. */
export interface Received<Body> {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PartyFound {
  readonly party: {
    readonly partyIdInfo: {
      readonly partyIdType: string;
      readonly partyIdentifier: string;
      readonly partySubIdOrType?: string;
      readonly fspId: string;
    };
    readonly name?: string;
    readonly personalInfo?: {
      readonly complexName: { readonly firstName: string; readonly lastName: string };
    };
    readonly supportedCurrencies?: readonly string[];
  };
}

export interface Quote {
  readonly transferAmount: Amount;
  readonly payeeReceiveAmount?: Amount;
  readonly payeeFspFee?: Amount;
  readonly payeeFspCommission?: Amount;
  readonly expiration: string;
  readonly ilpPacket: string;
  readonly condition: string;
}

export interface Conversion {
  readonly condition: string;
  readonly conversionTerms: {
    readonly conversionId: string;
    readonly determiningTransferId: string;
    readonly initiatingFsp: string;
    readonly counterPartyFsp: string;
    readonly amountType: AmountType;
    readonly sourceAmount: Amount;
    readonly targetAmount: Amount;
    readonly expiration: string;
    readonly charges: readonly object[];
  };
}

export type AmountType = 'SEND' | 'RECEIVE';
export type TransferState = 'RECEIVED' | 'RESERVED' | 'COMMITTED' | 'ABORTED';

export interface Fulfil {
  readonly transferState: TransferState;
  readonly fulfilment?: string;
  readonly completedTimestamp?: string;
}

/** What the payer's side asks a price for. */
export interface QuoteQuestion {
  readonly transactionId: string;
  readonly payee: string;
  readonly amountType: AmountType;
  readonly amount: Amount;
}
