import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Delivery } from '../../../kit/courier.js';
import { type Subject } from '../../../kit/faults.js';
import { type Connector, type Desk } from '../../../kit/simulator.js';
import { connectorUrl, type FspiopSettings } from '../settings.js';
import { sealOf } from '../signature.js';

const Move = z.strictObject({ url: connectorUrl });

export interface Asking {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** From the resource on. */
  readonly path: string;
  readonly source: string;
  readonly body?: object;
  /** Default: the scheme. */
  readonly signs?: 'stranger' | 'nobody' | undefined;
}

/** Brings to the bank what institutions of the scheme ask of it: through the switch, signed by whoever asks. */
export class Requester implements Connector {
  #url: string;
  readonly #stranger: KeyObject = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

  constructor(
    private readonly desk: Desk,
    private readonly settings: FspiopSettings,
  ) {
    this.#url = settings.connectorUrl;
  }

  address(): unknown {
    return { url: this.#url };
  }

  moveTo(body: unknown): void {
    this.#url = Move.parse(body).url;
  }

  ask(asking: Asking): Promise<Delivery> {
    return this.desk.courier.ask(this.#callOf(asking, {}));
  }

  /** With the faults for callbacks. Never rejects. */
  notify(asking: Asking, about: Subject): Promise<Delivery | undefined> {
    return this.desk.courier.deliver(this.#callOf(asking, about));
  }

  #callOf({ method, path, source, body, signs }: Asking, about: Subject) {
    const { fspId: destination, signingKey } = this.settings;
    const resource = path.split('/')[1] ?? '';
    const date = this.desk.clock.wallNow().toUTCString();
    const type = `application/vnd.interoperability.${resource}+json;version=`;
    const words = {
      'FSPIOP-URI': path,
      'FSPIOP-HTTP-Method': method,
      'FSPIOP-Source': source,
      'FSPIOP-Destination': destination,
      Date: date,
    };
    const key = signs === 'stranger' ? this.#stranger : signingKey;
    const isSigned = body !== undefined && signs !== 'nobody';
    return {
      url: `${this.#url.replace(/\/+$/, '')}${path}`,
      method,
      body: body === undefined ? '' : JSON.stringify(body),
      headers: {
        'content-type': `${type}1.1`,
        ...(method === 'PATCH' ? {} : { accept: `${type}1` }),
        date,
        'fspiop-source': source,
        'fspiop-destination': destination,
        ...(isSigned ? { 'fspiop-uri': path, 'fspiop-http-method': method } : {}),
      },
      ...(isSigned ? { sign: (text: string) => ({ 'fspiop-signature': sealOf(key, words, text) }) } : {}),
      about,
    };
  }
}
