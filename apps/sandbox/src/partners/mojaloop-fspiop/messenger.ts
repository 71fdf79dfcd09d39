import { type Desk } from '../../kit/simulator.js';
import { type FspiopSettings } from './settings.js';
import { sealOf } from './signature.js';

export interface Message {
  /** From the resource on: "/quotes/{id}". */
  readonly path: string;
  readonly source: string;
  readonly body: object;
  /** For the faults: the ids and the number that it is about. */
  readonly reference: string;
  readonly party?: string;
}

/** Carries what the scheme says to the institution that is connected to it. */
export class Messenger {
  readonly #base: string;

  constructor(
    private readonly desk: Desk,
    private readonly settings: FspiopSettings,
  ) {
    this.#base = settings.callbackUrl.replace(/\/+$/, '');
  }

  /** Says it a little later; `decide` looks at how things stand then. Awaited before a request is answered. */
  later(about: Pick<Message, 'reference' | 'party'>, decide: () => Message | null): Promise<void> {
    return this.desk.courier.schedule(about, this.settings.delayMs, () => {
      const message = decide();
      return message && this.say(message);
    });
  }

  async say({ path, source, body, reference, party }: Message): Promise<void> {
    const { fspId: destination, signingKey } = this.settings;
    const resource = path.split('/')[1] ?? '';
    const date = this.desk.clock.wallNow().toUTCString();
    const words = {
      'FSPIOP-URI': path,
      'FSPIOP-HTTP-Method': 'PUT',
      'FSPIOP-Source': source,
      'FSPIOP-Destination': destination,
      Date: date,
    };
    await this.desk.courier.deliver({
      url: `${this.#base}${path}`,
      method: 'PUT',
      body: JSON.stringify(body),
      headers: {
        'content-type': `application/vnd.interoperability.${resource}+json;version=1.1`,
        date,
        'fspiop-source': source,
        'fspiop-destination': destination,
        'fspiop-uri': path,
        'fspiop-http-method': 'PUT',
      },
      sign: (text) => ({ 'fspiop-signature': sealOf(signingKey, words, text) }),
      about: { reference, ...(party === undefined ? {} : { party }) },
    });
  }
}
