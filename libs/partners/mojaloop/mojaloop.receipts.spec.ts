import { type Notice, type SubmittedOrder, UnreadableCallback } from '#partner-kit';
import { describe, expect, it } from '@jest/globals';
import { ID, OURS, raw, REQUEST_ID, transfer } from './fixtures/inbound.js';
import { from, submitted } from './fixtures/stage.js';
import { mojaloopCallbacksTo } from './mojaloop.receipts.js';

const mojaloopCallbacks = mojaloopCallbacksTo(from);

const meaning = (notice: Notice | undefined, known: Partial<SubmittedOrder> = {}) => {
  if (notice?.is !== 'reply') throw new Error('it is no reply');
  return notice.outcomeFor(submitted({ partnerReference: null, ...known }));
};

describe('a notification', () => {
  const outcome = (body: unknown) => mojaloopCallbacks.read(raw('PUT', `transfers/${ID}`, body))[0];

  it('ends what the switch has decided, and nothing else', () => {
    const about = { references: [ID] };
    expect(outcome({ finalNotification: { transferState: 'COMMITTED' } })).toEqual({
      ...{ is: 'outcome', about, outcome: { is: 'succeeded', receipt: ID } },
    });
    expect(outcome({ finalNotification: { transferState: 'ABORTED' } })).toMatchObject({
      ...{ about, outcome: { is: 'declined', moneyMoved: 'no' } },
    });
  });

  it.each([
    [{ currentState: 'ERROR_OCCURRED', finalNotification: { errorInformation: { errorCode: '2001' } } }],
    [{ currentState: 'ERROR_OCCURRED', lastError: 'Final notification state not COMMITTED' }],
    [{ currentState: 'ABORTED' }],
    [{ currentState: 'COMPLETED' }],
    [{}],
  ])('%j leads to a question', (body) => {
    expect(outcome(body)).toMatchObject({ outcome: { is: 'unknown' } });
  });

  it('comes under the name of our institution, where the scheme adapter serves several', () => {
    for (const [method, path, body] of [
      ['PUT', `transfers/${ID}`, { finalNotification: { transferState: 'COMMITTED' } }],
      ['POST', 'transfers', transfer],
    ] as const)
      expect(mojaloopCallbacks.read(raw(method, `${from.fspId}/${path}`, body))).toMatchObject([
        { about: { references: [ID] } },
      ]);
    expect(() => mojaloopCallbacks.read(raw('PUT', `another/transfers/${ID}`, {}))).toThrow(
      UnreadableCallback,
    );
  });

  it('of the transfer itself is kept with it', () => {
    const [notice] = mojaloopCallbacks.read(raw('POST', 'transfers', transfer));
    expect(notice).toMatchObject({ about: { references: [ID] } });
    expect(meaning(notice, { kind: 'receipt' })).toEqual({ is: 'pending' });
    expect(meaning(notice, { kind: 'payment' })).toBeNull();
  });
});

describe('news of a request to pay', () => {
  const news = (body: unknown) => mojaloopCallbacks.read(raw('PUT', `requestToPay/${REQUEST_ID}`, body));
  const names = { reference: REQUEST_ID, references: [REQUEST_ID] };
  it('ends it when the payer says no, and nothing else does', () => {
    const home = { homeR2PTransactionId: OURS };
    const [no] = news({ transactionRequestState: 'REJECTED', ...home });
    expect(no).toMatchObject({ is: 'reply', about: { operation: OURS, references: [REQUEST_ID] } });
    for (const known of [{ references: [] }, { references: [REQUEST_ID], partnerReference: REQUEST_ID }])
      expect(meaning(no, known)).toMatchObject({
        ...{ is: 'declined', reason: 'payer_cancelled', moneyMoved: 'no', ...names },
      });
    for (const transactionRequestState of ['RECEIVED', 'PENDING', 'ACCEPTED'])
      expect(meaning(news({ transactionRequestState, ...home })[0], { references: [] })).toEqual({
        ...{ is: 'pending', ...names },
      });
  });

  it.each(['REJECTED', 'ACCEPTED'])('comes too late where the money is announced: %s', (state) => {
    const [word] = news({ transactionRequestState: state });
    expect(meaning(word, { references: [ID, REQUEST_ID], partnerReference: REQUEST_ID })).toBeNull();
    expect(meaning(word, { references: [ID] })).toBeNull();
  });

  it('is found by the scheme adapter’s id where ours does not come back', () => {
    const about = { references: [REQUEST_ID] };
    expect(news({ transactionRequestState: 'REJECTED' })).toMatchObject([{ about }]);
    expect(news({ transactionRequestState: 'REJECTED', homeR2PTransactionId: 'INV-1' })[0]).toHaveProperty(
      'about',
      about,
    );
  });

  it('that cannot be read is not guessed at', () => {
    expect(() => news({ transactionRequestState: 'MAYBE' })).toThrow(UnreadableCallback);
    expect(() => news({})).toThrow(UnreadableCallback);
  });
});
