import { randomInt } from 'node:crypto';

export const digits = '0123456789';
export const upperAlphanumerics = `${digits}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
export const lowerAlphanumerics = `${digits}abcdefghijklmnopqrstuvwxyz`;

/** `length` characters drawn from `alphabet`. */
export function randomText(length: number, alphabet: string): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += alphabet.charAt(randomInt(alphabet.length));
  return text;
}
