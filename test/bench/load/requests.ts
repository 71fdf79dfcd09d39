import { idempotencyKeyAt, PAYERS, payments, webhookAt } from './bodies.js';
import { type RequestText } from './http-connection.js';

/** Makes the request of that number. */
export type RequestAt = (count: number) => RequestText;

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

const hostOf = (apiUrl: string): string => `host: ${new URL(apiUrl).host}`;

/** The end of a request: its length and its body. */
const withBody = (body: string): string => `content-length: ${body.length}\r\n\r\n${body}`;

/** `POST /v1/payments`, each with a key of its own; everything else is written once. */
export function paymentRequests(apiUrl: string, token: string): RequestAt {
  const head = lines(
    'POST /v1/payments HTTP/1.1',
    hostOf(apiUrl),
    `authorization: Bearer ${token}`,
    'content-type: application/json',
  );
  const ends = payments.map((body) => `\r\n${withBody(body)}`);
  return (count) => `${head}idempotency-key: ${idempotencyKeyAt(count)}${ends[count % PAYERS] ?? ''}`;
}

/** Webhooks of Wave, signed when they are sent. */
export function webhookRequests(apiUrl: string, callbackKey: string, secret: string): RequestAt {
  const head = lines(
    `POST /callbacks/${callbackKey}/webhook HTTP/1.1`,
    hostOf(apiUrl),
    'content-type: application/json',
  );
  return (count) => {
    const { body, signature } = webhookAt(count, secret);
    return `${head}wave-signature: ${signature}\r\n${withBody(body)}`;
  };
}

export const getRequest = (apiUrl: string, token: string, path: string): RequestText =>
  `${lines(`GET ${path} HTTP/1.1`, hostOf(apiUrl), `authorization: Bearer ${token}`)}\r\n`;
