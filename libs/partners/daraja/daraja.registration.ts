import { NoAnswer, NotReached, type Registration } from '#partner-kit';
import { type DarajaClient } from './daraja.client.js';
import { type CollectionNumbers, type CollectionSettings } from './daraja.settings.js';
import { type Answer, RegisterAnswer } from './daraja.wire.js';

interface Means {
  readonly client: DarajaClient;
  readonly collection: CollectionSettings;
  readonly numbers: CollectionNumbers;
  readonly callbackUrl: (path: string) => string;
}

interface Registered {
  readonly registered: boolean;
  readonly message: string;
}

/** Tells M-Pesa where to announce what customers pay. In production good for one time; see the README. */
export class DarajaRegistration implements Registration {
  constructor(private readonly means: Means) {}

  async register(): Promise<Registered> {
    const { client, collection, numbers, callbackUrl } = this.means;
    const body = {
      ShortCode: numbers.shortCode,
      ResponseType: collection.whenValidationFails,
      ConfirmationURL: callbackUrl('c2b/confirm'),
      ValidationURL: callbackUrl('c2b/validate'),
    };
    try {
      return toRegistered(await client.post('registerUrls', body));
    } catch (error) {
      if (error instanceof NotReached || error instanceof NoAnswer) {
        return { registered: false, message: error.message };
      }
      throw error;
    }
  }
}

function toRegistered(answer: Answer): Registered {
  switch (answer.is) {
    case 'answered':
      return RegisterAnswer.safeParse(answer.body).success
        ? { registered: true, message: 'registered' }
        : { registered: false, message: 'the partner does not say whether it registered' };
    case 'refused': {
      const { code, message } = answer.word;
      const advice = /already registered|duplicate notification/i.test(message)
        ? ' (whose they are is not told: to change them, delete them in the organisation portal first)'
        : '';
      return { registered: false, message: `${code}: ${message}${advice}` };
    }
    case 'unreadable':
      return { registered: false, message: `no usable answer: HTTP ${answer.status}` };
  }
}
