import { Money } from '#domain';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Reply } from './http/partner-http.js';
import { readJson } from './json.js';
import { NoAnswer, NotReached, UnmappedAnswer, UnreadableCallback } from './port/errors.js';
import { beforeSending, readCallbackBody, settle, settleEnquiry } from './settle.js';

const reply = (body: string): Promise<Reply> => Promise.resolve({ status: 200, headers: {}, text: body });
const succeeded = { is: 'succeeded', reference: 'pt-1' } as const;

describe('settling a call', () => {
  it('is what the mapper says of the answer', async () => {
    expect(await settle(reply('{}'), () => succeeded)).toBe(succeeded);
    expect(await settleEnquiry(reply('{}'), () => ({ is: 'notFound' }))).toEqual({ is: 'notFound' });
  });

  it('was not sent when the partner was never reached', async () => {
    const cause = new NotReached('refused');
    expect(await settle(Promise.reject(cause), () => succeeded)).toEqual({ is: 'notSent', cause });
  });

  it('is unknown without an answer', async () => {
    const cause = new NoAnswer('timed out');
    expect(await settle(Promise.reject(cause), () => succeeded)).toEqual({ is: 'unknown', cause });
  });

  it.each([
    ['is not JSON', '<html>', (text: string) => readJson(text)],
    ['misses a field', '{}', (text: string) => z.object({ id: z.string() }).parse(readJson(text))],
    ['names an amount that is none', '{}', () => Money.parse('1,5', 'XOF')],
  ])('is unknown when the answer %s', async (_what, body, read) => {
    const outcome = await settle(reply(body), ({ text }) => {
      read(text);
      return succeeded;
    });
    expect(outcome).toMatchObject({ is: 'unknown', cause: expect.any(Error) });
  });

  it('is unknown when no table knows the answer', async () => {
    const outcome = await settle(reply('{}'), () => {
      throw new UnmappedAnswer('status "odd"');
    });
    expect(outcome).toMatchObject({ is: 'unknown', cause: expect.any(UnmappedAnswer) });
  });

  it('lets a bug through', async () => {
    const settling = settle(reply('{}'), () => {
      throw new TypeError('a bug');
    });
    await expect(settling).rejects.toThrow(TypeError);
  });
});

describe('a step before the order is sent', () => {
  it('means that the order was not sent, whatever went wrong', async () => {
    await expect(beforeSending(Promise.reject(new NoAnswer('timed out')))).rejects.toThrow(NotReached);
    await expect(beforeSending(Promise.reject(new UnmappedAnswer('odd')))).rejects.toThrow(NotReached);
    await expect(beforeSending(Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
  });
});

describe('the body of a callback', () => {
  const Body = z.object({ id: z.string() });
  const callback = (body: string) => ({
    method: 'POST',
    path: '',
    headers: {},
    body: Buffer.from(body),
    source: '127.0.0.1',
    receivedAt: new Date(),
  });

  it('is read by its schema', () => {
    expect(readCallbackBody(callback('{"id":42,"new":true}'), Body)).toEqual({ id: '42' });
  });

  it.each(['', '{"id":', '<html>', '{"id":true}', '[]', '{"id":"1","x":"\\u0000"}'])(
    '%j is unreadable',
    (body) => {
      expect(() => readCallbackBody(callback(body), Body)).toThrow(UnreadableCallback);
    },
  );
});
