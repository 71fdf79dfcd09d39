import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LogWatch } from './log-watch.js';
import { findLeaks } from './silent-logs.js';

const leaksIn = (text: string, secrets: readonly string[] = ['s3cr3t-value', 'short']) =>
  findLeaks([{ file: 'api.log', text }], secrets).length;

describe('the invariant about logs', () => {
  it.each([
    ['a secret', '{"msg":"key s3cr3t-value"}'],
    ['a secret behind a short code, with a time behind it, as base64', btoa('174379s3cr3t-value20261123')],
    ['the same, one byte on', btoa('1174379s3cr3t-value20261123')],
    ['the same, two bytes on', btoa('11174379s3cr3t-value20261123')],
    ['a line of a key', 'MIIEvQIBADANBg'],
    ['a whole number', '{"payer":"+221771234567"}'],
    ['a whole number in a path', 'GET /v1/parties?value=%2B254712000345'],
    ['a whole number without its plus', 'to 254712000345.'],
    ['a whole number as it is dialled at home', '{"payer":"0712000345"}'],
    ['the end of a whole number', 'value=771234567&type=msisdn'],
    ['the header of a client', '"authorization":"Basic a2V5OnNlY3JldC12YWx1ZQ=="'],
    ['a token', 'token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjbGllbnQifQ.x'],
  ])('finds %s', (_, text) => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----';
    expect(leaksIn(text, ['s3cr3t-value', key])).toBe(1);
  });

  it.each([
    ['a masked number', '{"payer":"+2217*****567"}'],
    ['an id', '{"id":"01934f6e-8a2b-7d4b-9a10-254712000345"}'],
    ['an amount of a million', '{"minor":"2547120003451"}'],
    ['a value that is only a word', 'this is short'],
    ['a time', '{"time":1771234567890}'],
    ['words about a header', 'Bearer authentication is missing'],
  ])('lets %s pass', (_, text) => {
    expect(leaksIn(text)).toBe(0);
  });

  it('reads each line once, when it is whole', () => {
    const directory = mkdtempSync(join(tmpdir(), 'passerelle-logs-'));
    const file = join(directory, 'api.log');
    const watch = new LogWatch([directory], []);
    const texts = () => watch.newLines().map(({ text }) => text);
    writeFileSync(file, 'one\ntw');
    expect(texts()).toEqual(['one']);
    appendFileSync(file, 'o\nthree\n');
    expect(texts()).toEqual(['two', 'three']);
    expect(texts()).toEqual([]);
    rmSync(directory, { recursive: true });
  });
});
