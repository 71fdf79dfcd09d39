/** East Africa Time: three hours ahead of UTC all year round. M-PESA writes its times in it, without a zone. */
const offsetMs = 3 * 3_600_000;

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** `HH:mm:ss` */
  readonly time: string;
}

function partsOf(at: Date): Parts {
  const text = new Date(at.getTime() + offsetMs).toISOString();
  return {
    year: text.slice(0, 4),
    month: text.slice(5, 7),
    day: text.slice(8, 10),
    time: text.slice(11, 19),
  };
}

const bare = (time: string) => time.replaceAll(':', '');

/** `20261012143005`: requests, callbacks and most results. */
export function compactTime(at: Date): string {
  const { year, month, day, time } = partsOf(at);
  return `${year}${month}${day}${bare(time)}`;
}

/** `12102026143005`: inside a CheckoutRequestID. */
export function dayFirstTime(at: Date): string {
  const { year, month, day, time } = partsOf(at);
  return `${day}${month}${year}${bare(time)}`;
}

/** `12.10.2026 14:30:05`: B2C results. */
export function dottedTime(at: Date): string {
  const { year, month, day, time } = partsOf(at);
  return `${day}.${month}.${year} ${time}`;
}

/** `12-10-2026 14:30:05`: the organisation portal's statement. */
export function statementTime(at: Date): string {
  const { year, month, day, time } = partsOf(at);
  return `${day}-${month}-${year} ${time}`;
}

/** `2026-10-12T14:30:05Z`: the pull API prints local time and calls it UTC. */
export function pullTime(at: Date): string {
  const { year, month, day, time } = partsOf(at);
  return `${year}-${month}-${day}T${time}Z`;
}

/** `20261012`: inside a ConversationID. */
export function compactDay(at: Date): string {
  return compactTime(at).slice(0, 8);
}

/** Reads `2026-10-12 00:00:00` as East Africa Time; undefined when it is something else. */
export function readLocalTime(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const at = new Date(`${text.replace(' ', 'T')}+03:00`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
