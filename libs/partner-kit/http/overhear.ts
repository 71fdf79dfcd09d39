import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock } from '#domain';
import { type PartnerRequest, type Reply } from './partner-http.js';
import { type ClosablePartnerHttp } from './undici-http.js';

/**
 * A request to a partner and its answer, whole: path, headers and body may hold secrets and telephone numbers. To be masked
 * before it is kept or shown.
 */
export interface PartnerMessage {
  readonly sentAt: Date;
  readonly request: Pick<PartnerRequest, 'method' | 'path' | 'headers' | 'body'>;
  /** Null: none came, or none has come yet. */
  readonly reply: Reply | null;
  readonly repliedAt: Date | null;
  /** Why no answer came; null also where it may still come. */
  readonly failure: string | null;
}

const listeners = new AsyncLocalStorage<PartnerMessage[]>();

/** Tells `heard`, once, what `work` and a partner said to each other by then. Nothing is told where they said nothing. */
export async function overhear<T>(
  work: () => Promise<T>,
  heard: (messages: readonly PartnerMessage[]) => void,
): Promise<T> {
  const messages: PartnerMessage[] = [];
  try {
    return await listeners.run(messages, work);
  } finally {
    if (messages.length > 0) heard([...messages]);
  }
}

/** A wire that whoever listens hears everything of. */
export const overheard = (wire: ClosablePartnerHttp, clock: Clock): ClosablePartnerHttp => ({
  close: () => wire.close(),
  send: async (request) => {
    const messages = listeners.getStore();
    if (!messages) return wire.send(request);
    const { method, path, headers, body } = request;
    const sent: PartnerMessage = {
      sentAt: clock.now(),
      request: { method, path, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) },
      reply: null,
      repliedAt: null,
      failure: null,
    };
    const place = messages.push(sent) - 1;
    try {
      const reply = await wire.send(request);
      messages[place] = { ...sent, reply, repliedAt: clock.now() };
      return reply;
    } catch (error) {
      messages[place] = { ...sent, failure: error instanceof Error ? error.message : 'unknown' };
      throw error;
    }
  },
});
