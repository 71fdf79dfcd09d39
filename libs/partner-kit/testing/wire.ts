import { createPartnerHttp, type ClosablePartnerHttp, type PartnerHttpOptions } from '../http/undici-http.js';
import { type Reply } from '../http/partner-http.js';

/** How the suite changes the wire between adapter and partner. */
export interface WireMood {
  /** Every request waits at most so long; null: as long as the adapter says. */
  patienceMs: number | null;
  /** Every JSON object answered has a field that nobody has heard of. */
  addsFields: boolean;
}

/** The real wire, in the mood of the moment. */
export function moodyWire(mood: WireMood): (options: PartnerHttpOptions) => ClosablePartnerHttp {
  return (options) => {
    const http = createPartnerHttp(options);
    return {
      send: async (request) => {
        const { patienceMs, addsFields } = mood;
        const reply = await http.send(patienceMs === null ? request : { ...request, timeoutMs: patienceMs });
        return addsFields ? withUnknownField(reply) : reply;
      },
      close: () => http.close(),
    };
  };
}

const withUnknownField = (reply: Reply): Reply => ({ ...reply, text: addUnknownField(reply.text) });

/** `{"a":1}` becomes `{"aFieldOfTomorrow":{"x":[1]},"a":1}`; what is no object stays. */
export const addUnknownField = (json: string): string =>
  json.replace(/^\s*\{\s*(\}?)/, (_start, end: string) => `{"aFieldOfTomorrow":{"x":[1]}${end || ','}`);
