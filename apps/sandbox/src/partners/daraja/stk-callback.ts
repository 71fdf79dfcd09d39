import { decimalNumber } from './cents.js';
import { compactTime } from './eat.js';
import { type Transaction } from './ledger.js';
import { type Prompt } from './prompt.js';
import { codeOnWire, promptText } from './result-texts.js';

/** What is posted to the CallBackURL; `CallbackMetadata` only where something was paid. */
export function stkCallback(prompt: Prompt, result: string, payment: Transaction | undefined): unknown {
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: prompt.merchantId,
        CheckoutRequestID: prompt.checkoutId,
        ResultCode: codeOnWire(result),
        ResultDesc: promptText(result),
        ...(payment && { CallbackMetadata: { Item: items(prompt, payment) } }),
      },
    },
  };
}

function items({ script, msisdn, startedAt }: Prompt, payment: Transaction): readonly unknown[] {
  const told = script.callback === 'wrong-amount' ? payment.cents + 100n : payment.cents;
  const phone = {
    Name: 'PhoneNumber',
    Value: script.callback === 'masked-phone' ? maskedPhone(msisdn) : Number(msisdn),
  };
  const least = [
    { Name: 'Amount', Value: decimalNumber(told) },
    { Name: 'MpesaReceiptNumber', Value: payment.receipt },
    { Name: 'TransactionDate', Value: Number(compactTime(payment.finalisedAt ?? startedAt)) },
  ];
  if (script.callback === 'bare') return least;
  return [...least.slice(0, 2), { Name: 'Balance' }, ...least.slice(2), phone];
}

const maskedPhone = (msisdn: string): string => `${msisdn.slice(0, 6)}***${msisdn.slice(-3)}`;
