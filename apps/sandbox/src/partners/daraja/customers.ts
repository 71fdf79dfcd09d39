const firstNames = ['WANJIRU', 'OTIENO', 'AKINYI', 'KIPROP', 'NJERI', 'MUTUA', 'CHEBET', 'HASSAN'] as const;
const lastNames = ['KAMAU', 'ODHIAMBO', 'MWANGI', 'KOECH', 'WAMBUA', 'ACHIENG', 'ABDI'] as const;

export interface CustomerName {
  readonly first: string;
  readonly last: string;
}

/** The same number always belongs to the same person. */
export function nameOf(msisdn: string): CustomerName {
  const seed = Number(msisdn.slice(-6));
  return {
    first: firstNames[seed % firstNames.length] ?? firstNames[0],
    last: lastNames[seed % lastNames.length] ?? lastNames[0],
  };
}

/** `254712000345 - WANJIRU KAMAU` */
export function publicName(msisdn: string): string {
  const { first, last } = nameOf(msisdn);
  return `${msisdn} - ${first} ${last}`;
}

export interface Sms {
  readonly to: string;
  readonly text: string;
  readonly at: string;
}

const kept = 1_000;

/** The last texts that customers got on their phones. */
export class SmsLog {
  #messages: Sms[] = [];

  send(to: string, text: string, at: Date): void {
    this.#messages.push({ to, text, at: at.toISOString() });
    if (this.#messages.length >= 2 * kept) this.#messages = this.#messages.slice(-kept);
  }

  messages(): readonly Sms[] {
    return this.#messages.slice(-kept);
  }

  forget(): void {
    this.#messages = [];
  }
}
