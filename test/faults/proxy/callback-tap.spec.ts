import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type AnsweredCallback, CallbackTap } from './callback-tap.js';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const answer = (status: number): string => `HTTP/1.1 ${status} Whatever\r\ncontent-length: 2\r\n\r\nok`;

describe('a callback tap', () => {
  const listen = () => {
    const answered: AnsweredCallback[] = [];
    const tap = new CallbackTap((callback) => answered.push(callback)).connected();
    const there = (text: string): void => void tap.hear('there', Buffer.from(text));
    const back = (text: string): void => void tap.hear('back', Buffer.from(text));
    return { answered, there, back };
  };

  it('hears what was acknowledged, and not what was refused', () => {
    const { answered, there, back } = listen();
    for (const [path, body, status] of [
      ['/callbacks/k/one', '{"a":1}', 200],
      ['/callbacks/k/two', '{"a":2}', 503],
      ['/callbacks/k/three', '', 204],
    ] as const) {
      there(post(path, body));
      back(answer(status));
    }
    expect(answered).toEqual([
      { method: 'POST', path: '/callbacks/k/one', digest: digestOf('{"a":1}') },
      { method: 'POST', path: '/callbacks/k/three', digest: digestOf('') },
    ]);
  });

  it('puts a request together that comes in pieces', () => {
    const { answered, there, back } = listen();
    for (const letter of post('/callbacks/k/one', '{"é":1}')) there(letter);
    back(answer(200));
    back('the rest of the answer');
    expect(answered).toEqual([{ method: 'POST', path: '/callbacks/k/one', digest: digestOf('{"é":1}') }]);
  });
});
