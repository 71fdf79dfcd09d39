import { describe, expect, it } from '@jest/globals';
import { NoAnswer, type Notice, NotThereYet, type RawCallback, UnmappedAnswer } from '#partner-kit';
import { asked, payee, prepare, TRANSFER } from './fixtures/payee.js';
import { error, order, quoted } from './fixtures/stage.js';

const receipt = order({ kind: 'receipt', partnerReference: TRANSFER, references: [TRANSFER] });
const noticeIn = (raw: RawCallback): Notice => {
  const [notice] = payee().callbacks.read(raw);
  if (!notice) throw new Error('it says nothing');
  return notice;
};
const meaning = (raw: RawCallback, of = receipt) => {
  const notice = noticeIn(raw);
  if (notice.is !== 'reply') throw new Error('it is no reply');
  return notice.outcomeFor(of);
};
const fromSwitch = (method: string, body: object, path = `transfers/${TRANSFER}`) =>
  asked(method, path, body, { 'fspiop-source': 'switch' });

describe('a transfer to us', () => {
  it('has said nothing yet when it is announced', () => {
    expect(noticeIn(asked('POST', 'transfers', prepare()))).toMatchObject({
      about: { references: [TRANSFER] },
    });
    expect(meaning(asked('POST', 'transfers', prepare()))).toEqual({ is: 'pending' });
  });

  it.each(['PATCH', 'PUT'])('ends with the switch’s own word, by %s', (method) => {
    expect(noticeIn(fromSwitch(method, { transferState: 'COMMITTED' }))).toMatchObject({
      about: { references: [TRANSFER] },
    });
    expect(meaning(fromSwitch(method, { transferState: 'COMMITTED' }))).toEqual({
      ...{ is: 'succeeded', receipt: TRANSFER },
    });
    expect(meaning(fromSwitch(method, { transferState: 'ABORTED' }))).toMatchObject({
      ...{ is: 'declined', moneyMoved: 'no', partner: { code: 'ABORTED' } },
    });
    for (const transferState of ['RESERVED', 'RECEIVED'])
      expect(meaning(fromSwitch(method, { transferState }))).toEqual({ is: 'pending' });
    expect(meaning(fromSwitch(method, { transferState: 'LOST' }))).toMatchObject({
      ...{ is: 'unknown', cause: expect.any(UnmappedAnswer) },
    });
  });

  it.each(['PATCH', 'PUT'])('does not end because the payer’s institution says so, by %s', (method) => {
    for (const transferState of ['COMMITTED', 'ABORTED'])
      expect(meaning(asked(method, `transfers/${TRANSFER}`, { transferState }))).toMatchObject({
        ...{ is: 'unknown', cause: expect.any(UnmappedAnswer) },
      });
  });

  it('does not end with an error, which says nothing of the money', () => {
    const path = `transfers/${TRANSFER}/error`;
    expect(meaning(fromSwitch('PUT', error('3208'), path))).toMatchObject({
      ...{ is: 'unknown', cause: expect.any(NotThereYet), partner: { code: '3208' } },
    });
    expect(meaning(fromSwitch('PUT', error('3303'), path))).toMatchObject({
      ...{ is: 'unknown', cause: expect.any(NoAnswer) },
    });
  });

  it('is no news of what we pay ourselves', () => {
    expect(meaning(fromSwitch('PATCH', { transferState: 'ABORTED' }), order({ memo: quoted }))).toBeNull();
  });

  it('is asked about at the switch, which answers by a callback', async () => {
    const { receipts, sent } = payee({ status: 202 });
    expect(await receipts.enquire(receipt)).toEqual({ is: 'answerFollows', references: [TRANSFER] });
    expect(sent).toMatchObject([
      { method: 'GET', path: `/transfers/${TRANSFER}`, headers: { 'fspiop-destination': 'switch' } },
    ]);
    expect(await payee({ status: 503 }).receipts.enquire(receipt)).toMatchObject({ is: 'unknown' });
    expect(await payee().receipts.enquire(order({ kind: 'receipt' }))).toMatchObject({ is: 'unknown' });
  });
});
