/** Headers of requests, as documentation describes them. */
export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    description:
      'Makes the request safe to repeat: the same key never moves money twice. 1 to 255 visible ASCII characters, yours to choose, kept for ever per client. A UUID is a good one.',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]{1,255}$' },
    example: '0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33',
  },
  Prefer: {
    description:
      '`wait=N` (RFC 7240): hold the answer for up to N seconds, until the operation has ended or needs its caller.',
    required: false,
    schema: { type: 'string' },
    example: 'wait=20',
  },
} as const;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

const text = (description: string, example: string) =>
  ({ description, schema: { type: 'string' }, example }) as const;

/** Headers of answers, as documentation describes them. */
export const ANSWER_HEADERS = {
  'X-Correlation-Id': text(
    'Ties the answer to our log. Send one of your own and it is taken over.',
    '3f0c2f4e-8a51-4ad2-9d7e-5a3f1f6f7f55',
  ),
  Location: text('Where the operation can be read.', '/v1/operations/0193a1c2-6f5e-7d4b-9a10-4a1f6d2e8c33'),
  'Idempotency-Replayed': text('Present where the key had been used: nothing new was started.', 'true'),
  'Preference-Applied': text('The preference that was followed (RFC 7240).', 'wait=20'),
  'Retry-After': text('Seconds to wait before the request is sent again.', '2'),
  'WWW-Authenticate': text('How to say who you are (RFC 6750).', 'Bearer realm="passerelle"'),
  Allow: text('The methods that this address takes.', 'GET'),
  'Cache-Control': text('Tokens are not for caches.', 'no-store'),
  RateLimit: text(
    'Requests left to the client, and seconds until there are all of them again.',
    '"client";r=42;t=1',
  ),
  'RateLimit-Policy': text(
    'Requests allowed to the client (`q`) in a window of seconds (`w`).',
    '"client";q=10000;w=1',
  ),
} as const;
export type AnswerHeader = keyof typeof ANSWER_HEADERS;
