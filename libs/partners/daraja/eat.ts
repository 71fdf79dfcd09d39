import { UnreadableAnswer } from '#partner-kit';

/** East Africa Time is UTC+3 all year; M-Pesa writes it without a zone. */
const EAT_MS = 3 * 3_600_000;

/** "20261012143005" */
export const toTimestamp = (moment: Date): string =>
  new Date(moment.getTime() + EAT_MS).toISOString().replace(/\D/g, '').slice(0, 14);

/** The forms that results write times in; groups in the order year, month, day, hour, minute, second. */
const FORMS: readonly RegExp[] = [
  /^(?<y>\d{4})(?<mo>\d\d)(?<d>\d\d)(?<h>\d\d)(?<mi>\d\d)(?<s>\d\d)$/,
  /^(?<y>\d{4})-(?<mo>\d\d)-(?<d>\d\d)[ T](?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)$/,
  /^(?<d>\d\d)\.(?<mo>\d\d)\.(?<y>\d{4}) (?<h>\d\d):(?<mi>\d\d):(?<s>\d\d)$/,
];

/**
 * Reads "20261012143031", "2026-10-12 14:30:31" and "12.10.2026 14:30:31".
 * @throws UnreadableAnswer on anything else.
 */
export function parseTime(text: string): Date {
  for (const form of FORMS) {
    const parts = form.exec(text.trim())?.groups;
    if (!parts) continue;
    const { y = '', mo = '', d = '', h = '', mi = '', s = '' } = parts;
    const moment = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}+03:00`);
    if (!Number.isNaN(moment.getTime())) return moment;
  }
  throw new UnreadableAnswer('a time is not of any known form');
}
