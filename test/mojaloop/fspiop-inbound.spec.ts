import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';
import { INTO, PARTNER, startFspiopPayee } from './fspiop-gateway.js';
import { KEEPER } from './gateway.js';
import { type Exchange } from './support/collections.js';
import { TOOLKIT_FSP } from './support/connection-manager.js';
import {
  callOverTls,
  type FspiopScheme,
  OUR_FSP,
  startFspiopScheme,
  SWITCH_ID,
} from './support/fspiop-scheme.js';
import { ask, type IncomingOrder, lookUp, pay, payAgain, quote } from './support/incoming.js';
import { UNKNOWN_PAYEE, UNWILLING_PAYER } from './support/rules.js';
import { bitOfBody, bitOfHeader, withoutHeader } from './support/tampering.js';

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

/** Each their own, by which payments are told apart. */
let last = 0;
const someone = (ending = '45') => {
  last += 1;
  return { idType: 'MSISDN', idValue: `2547120${String(last).padStart(3, '0')}${ending}` };
};
type Payee = ReturnType<typeof someone>;

const errorOf = (errorCode: string) => ({ errorInformation: { errorCode } });
/** Acknowledged, and then told. */
const toldNo = (code: string) => ({ status: 202, callback: errorOf(code) });
const refusedAtOnce = (status: number, code: string) => ({ status, body: errorOf(code), callback: null });

const postTo = (resource: string) => ({ method: 'POST', path: new RegExp(`^/${resource}$`) });
const TIME_OF_DAY = /\d\d:\d\d:\d\d/;

describe('payments to customers of ours, straight from the toolkit, signed and over our own mutual TLS', () => {
  let scheme: FspiopScheme;
  let stack: Stack;
  const running = new AsyncDisposableStack();

  beforeAll(async () => {
    scheme = await startFspiopScheme({ withCollections: true });
    running.defer(() => scheme.stop());
    stack = await startFspiopPayee(scheme);
    running.defer(() => stack.stop());
  }, 300_000);
  afterAll(() => running.disposeAsync());

  const there = () => ({ payeeFsp: OUR_FSP, url: scheme.inward.url });
  const to = (payee: Payee, more: Partial<IncomingOrder> = {}): IncomingOrder => ({
    ...there(),
    ...{ payee, ...more },
  });

  const operationsOf = async ({ idValue }: Payee): Promise<readonly OperationView[]> => {
    const path = `/v1/operations?msisdn=${encodeURIComponent(`+${idValue}`)}`;
    return (await stack.client.get<{ items: readonly OperationView[] }>(path)).body.items;
  };
  /** What the bank has paid to that customer, and not taken back. */
  const credited = async ({ idValue }: Payee): Promise<number> => {
    const { entries } = await stack.sandbox.books(KEEPER);
    return entries
      .filter(({ party }) => party === `+${idValue}`)
      .reduce((sum, { change }) => sum - Number(change), 0);
  };
  const isNowhere = async (payee: Payee): Promise<void> => {
    expect(await operationsOf(payee)).toEqual([]);
    expect(await credited(payee)).toBe(0);
  };
  const receiptOf = async (payee: Payee): Promise<OperationView> => {
    const receipts = (await operationsOf(payee)).filter(({ kind }) => kind === 'receipt');
    const [receipt] = receipts;
    if (!receipt || receipts.length > 1) throw new Error(`there are ${receipts.length} receipts`);
    return receipt;
  };
  const untilEnded = async (payee: Payee): Promise<OperationView> =>
    stack.client.untilEnded((await receiptOf(payee)).id, PATIENCE_MS);
  const paid = async (payee = someone()) => ({ payee, ...(await pay(to(payee))) });
  const isPaidOnce = async ({ payee, transferId }: { payee: Payee; transferId: string }): Promise<void> => {
    expect(await untilEnded(payee)).toMatchObject({ state: 'succeeded', receipt: transferId });
    const kinds = (await operationsOf(payee)).map(({ kind, state }) => `${kind} ${state}`);
    expect(kinds.toSorted()).toEqual(['receipt succeeded', 'transfer succeeded']);
    expect(await credited(payee)).toBe(150);
  };

  /** By the switch itself, unless somebody else says it. */
  const tell = (transferId: string, transferState: string, source = SWITCH_ID): Promise<Exchange> =>
    ask({ ...there(), source }, 'transfers', {
      ...{ method: 'patch', operationPath: '/transfers/{ID}', params: { ID: transferId } },
      body: { completedTimestamp: new Date().toISOString(), transferState },
    });
  /** What was told us of it, or asked, and whether we took it for true. */
  const heardOn = async (path: string) => {
    const { rows } = await stack.database.query<{ verdict: string; why: string | null }>(
      'SELECT verdict, verdict_why AS why FROM callbacks WHERE path = $1 ORDER BY received_at',
      [path],
    );
    return rows;
  };
  const askedOf = async (transferId: string): Promise<number> =>
    (await scheme.requests()).filter(
      ({ method, path }) => method === 'get' && path === `/transfers/${transferId}`,
    ).length;

  it('are looked up, priced, credited once, and final when the switch says so', async () => {
    const payee = someone();
    const { transferId, party, quote: price, transfer } = await pay(to(payee, { version: '1.1' }));
    expect(party).toMatchObject({
      status: 202,
      callback: {
        party: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: payee.idValue, fspId: OUR_FSP } },
      },
    });
    const amount = { amount: '150', currency: 'KES' };
    expect(price).toMatchObject({ status: 202, callback: { transferAmount: amount } });
    expect(transfer).toMatchObject({ status: 202, callback: { transferState: 'RESERVED' } });
    const fulfilment = Buffer.from(String(transfer?.callback?.['fulfilment']), 'base64url');
    const condition = createHash('sha256').update(fulfilment).digest('base64url');
    expect(price?.callback).toMatchObject({ condition });
    expect(await credited(payee)).toBe(150);
    expect(await tell(transferId, 'COMMITTED')).toMatchObject({ status: 200 });
    await isPaidOnce({ payee, transferId });
    expect(await heardOn(`transfers/${transferId}`)).toContainEqual({ verdict: 'authentic', why: null });
    const enquiry = { method: 'get', operationPath: '/transfers/{ID}', params: { ID: transferId } };
    expect(await ask(there(), 'transfers', enquiry)).toMatchObject({ status: 202, callback: null });
  });

  it.each([
    ['1.0', 'COMMITTED'],
    ['1.1', 'RESERVED'],
    ['2.0', 'RESERVED'],
  ])('are answered in the version that they come in: %s', async (version, transferState) => {
    const payee = someone();
    const { transferId, party, quote: price, transfer } = await pay(to(payee, { version }));
    expect([party, price, transfer]).toMatchObject([{ status: 202 }, { status: 202 }, { status: 202 }]);
    expect(transfer).toMatchObject({ callback: { transferState } });
    const answers = (await scheme.requests()).filter(
      ({ method, path }) => method === 'put' && path === `/transfers/${transferId}`,
    );
    expect(answers.map(({ headers }) => headers?.['content-type'])).toEqual([
      `application/vnd.interoperability.transfers+json;version=${version}`,
    ]);
    await tell(transferId, 'COMMITTED');
    await isPaidOnce({ payee, transferId });
  });

  it('are taken back where the switch says that it has aborted them', async () => {
    const { payee, transferId } = await paid();
    expect(await tell(transferId, 'ABORTED')).toMatchObject({ status: 200 });
    expect(await untilEnded(payee)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    const end = performance.now() + PATIENCE_MS;
    while ((await credited(payee)) !== 0 && performance.now() < end) await sleep(LOOK_MS);
    expect(await credited(payee)).toBe(0);
  });

  it('are asked about where nobody says how they ended, or nobody who has a say, or somebody on the way', async () => {
    const [untold, mistold, forged] = await Promise.all([paid(), paid(), paid()]);
    await tell(mistold.transferId, 'ABORTED', TOOLKIT_FSP);
    const word = { method: 'PATCH', path: /^\/transfers\// };
    const changed = scheme.inward.changeOne(bitOfBody(word, /"transferState":"ABORT/));
    const [said] = await Promise.all([tell(forged.transferId, 'ABORTED'), changed]);
    expect(said).toMatchObject(refusedAtOnce(400, '3105'));
    for (const one of [untold, mistold, forged]) {
      await isPaidOnce(one);
      expect(await askedOf(one.transferId)).toBeGreaterThan(0);
    }
  });

  it('are credited once where they are repeated, and not again with other content', async () => {
    const [same, other] = [someone(), someone()];
    const [again, modified] = await Promise.all([
      payAgain(to(same)),
      payAgain(to(other), { amount: { amount: '151', currency: 'KES' } }),
    ]);
    expect(again.repeat).toMatchObject({ status: 202, callback: again.transfer?.callback });
    expect(modified.repeat).toMatchObject(refusedAtOnce(400, '3106'));
    await Promise.all([again, modified].map(({ transferId }) => tell(transferId, 'COMMITTED')));
    await isPaidOnce({ payee: same, ...again });
    await isPaidOnce({ payee: other, ...modified });
  });

  it.each([
    ['nobody', '02', '3204'],
    ['a blocked account', '03', '5400'],
    ['a closed account', '04', '5107'],
    ['an account that holds another currency', '05', '5106'],
    ['more than the account may take', '11', '5200'],
  ])('are given no price for %s', async (_what, ending, code) => {
    const payee = someone(ending);
    expect(await quote(to(payee))).toMatchObject(toldNo(code));
    await isNowhere(payee);
  });

  it('are given no price in a currency that no account holds', async () => {
    for (const currency of ['USD', 'NGN'])
      expect(await quote(to(someone(), { currency }))).toMatchObject(toldNo('5106'));
  });

  it('find nobody where there is nobody', async () => {
    expect(await lookUp(to(someone('02')))).toMatchObject(toldNo('3204'));
  });

  it.each([
    ['cash', { scenario: 'WITHDRAWAL' }, '5102'],
    ['a type of name that nobody has', { payee: { idType: 'EMAIL', idValue: 'awa@demo.sn' } }, '3100'],
  ])('are given no price for %s', async (_what, order, code) => {
    expect(await quote(to(someone(), order))).toMatchObject(toldNo(code));
  });

  it('find nobody by a type of name that nobody has', async () => {
    const payee = { idType: 'EMAIL', idValue: 'awa@demo.sn' };
    expect(await lookUp(to(payee))).toMatchObject(toldNo('3100'));
  });

  it.each([
    ['an amount that the currency does not have', { amount: '1.0005' }, '3101'],
    ['a name that is no number', { payee: { idType: 'MSISDN', idValue: 'awa' } }, '3101'],
  ])('are refused at once for %s', async (_what, order, code) => {
    expect(await quote(to(someone(), order))).toMatchObject(refusedAtOnce(400, code));
  });

  const elsewhere = { Type: 'MSISDN', ID: '254712000345' };
  const ofVersion = (version: string) => ({
    Accept: `application/vnd.interoperability.parties+json;version=${version}`,
    'Content-Type': `application/vnd.interoperability.parties+json;version=${version}`,
    date: '{$function.generic.curDate}',
    'FSPIOP-Source': SWITCH_ID,
  });
  it.each([
    ['a field', 'quotes', { method: 'post', operationPath: '/quotes', body: {} }, 400, '3102'],
    [
      'another version',
      'parties',
      {
        ...{ method: 'get', operationPath: '/parties/{Type}/{ID}', params: elsewhere },
        headers: ofVersion('3.0'),
      },
      ...[406, '3001'],
    ],
    [
      'what is not offered',
      'participants',
      { method: 'get', operationPath: '/participants/{Type}/{ID}', params: elsewhere },
      ...[501, '2002'],
    ],
  ] as const)(
    'are refused at once where this is wrong: %s',
    async (_what, resource, request, status, code) => {
      expect(await ask(there(), resource, request)).toMatchObject(refusedAtOnce(status, code));
    },
  );

  it('are not known where they never were', async () => {
    const ID = '5e5e5e5e-5e5e-4e5e-8e5e-5e5e5e5e5e5e';
    const enquiry = { method: 'get', operationPath: '/transfers/{ID}', params: { ID } };
    expect(await ask(there(), 'transfers', enquiry)).toMatchObject(toldNo('3208'));
  });

  it.each([
    ['a limit', '21', '5200'],
    ['a rule', '22', '5105'],
  ])('are refused where the bank’s back end stops them by %s', async (_why, ending, code) => {
    const { payee, transfer } = await paid(someone(ending));
    expect(transfer).toMatchObject(toldNo(code));
    expect(await untilEnded(payee)).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    expect(await credited(payee)).toBe(0);
  });

  it('are refused while the back end is away', async () => {
    await stack.sandbox.misbehave(KEEPER, { fault: 'error-5xx' });
    expect(await lookUp(to(someone()))).toMatchObject(toldNo('2003'));
    await stack.sandbox.misbehave(KEEPER);
  });

  const amount = /"amount":"1/;
  const transfers = postTo('transfers');
  it.each([
    ['one bit of the amount is another', bitOfBody(transfers, amount), 'the signature does not fit'],
    ['one bit of the date', bitOfHeader(transfers, 'date', TIME_OF_DAY), 'the signature is of another date'],
    ['one bit of the sender', bitOfHeader(transfers, 'fspiop-source'), 'the signer is not known'],
    [
      'one bit of the institution that it is for',
      bitOfHeader(transfers, 'fspiop-destination'),
      'it is for another institution',
    ],
    [
      'one bit of the signature',
      bitOfHeader(transfers, 'fspiop-signature', /"signature":"./),
      'the signature does not fit',
    ],
    ['there is no signature', withoutHeader(transfers, 'fspiop-signature'), 'no FSPIOP-Signature header'],
  ])('are refused, and nobody is credited, where in a transfer %s', async (_what, change, why) => {
    const changed = scheme.inward.changeOne(change);
    const [{ payee, transfer }] = await Promise.all([paid(), changed]);
    expect(transfer).toMatchObject(refusedAtOnce(400, '3105'));
    expect((await heardOn('transfers')).at(-1)).toEqual({ verdict: 'forged', why });
    await isNowhere(payee);
  });

  it('are given no price where one bit of the question is another', async () => {
    const changed = scheme.inward.changeOne(bitOfBody(postTo('quotes'), amount));
    const [price] = await Promise.all([quote(to(someone())), changed]);
    expect(price).toMatchObject(refusedAtOnce(400, '3105'));
  });

  it('are heard from nobody without a certificate of our authority’s', async () => {
    const { inward, certificates } = scheme;
    const { ours, hub, stranger } = certificates;
    const url = `https://127.0.0.1:${inward.leadsTo}/`;
    for (const shown of [null, stranger, ours.client])
      await expect(callOverTls(url, ours.authority, shown)).rejects.toThrow(/alert|socket|ECONNRESET|EPIPE/);
    expect(await callOverTls(url, ours.authority, hub.client)).toBe(200);
  });

  describe('that we have asked for', () => {
    const askToPay = async (payer: Payee, value: string): Promise<OperationView> => {
      const { status, body } = await stack.client.post('/v1/payments', {
        partner: PARTNER,
        amount: { value, currency: 'KES' },
        payer: { type: 'msisdn', value: `+${payer.idValue}` },
      });
      expect(status).toBe(202);
      return body;
    };
    const until = async (id: string, isSo: (payment: OperationView) => boolean): Promise<OperationView> => {
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const payment = await stack.client.operation(id);
        if (isSo(payment)) return payment;
        if (performance.now() > end) throw new Error(`it stays ${JSON.stringify(payment)}`);
        await sleep(LOOK_MS);
      }
    };
    const isAsked = ({ nextAction }: OperationView): boolean => nextAction?.type === 'approve_on_phone';
    const answer = (payer: Payee, { partnerReference }: OperationView, amount: string): IncomingOrder =>
      to(INTO, {
        ...{ version: '1.1', payer: payer.idValue, amount },
        transactionRequestId: partnerReference ?? '',
      });
    const told = ({ partnerReference }: OperationView) =>
      heardOn(`transactionRequests/${partnerReference ?? ''}`);

    it('is credited once, and is the payment’s own money', async () => {
      const [payer, before] = [someone(), await credited(INTO)];
      const { id } = await askToPay(payer, '170');
      const payment = await until(id, isAsked);
      expect(payment).toMatchObject({ state: 'pending', failure: null });
      expect(await told(payment)).toEqual([{ verdict: 'authentic', why: null }]);
      const sent = (await scheme.requests()).filter(({ path }) => path === '/transactionRequests');
      expect(sent.map(({ body }) => body?.['transactionRequestId'])).toEqual([payment.partnerReference]);
      const { transferId, transfer } = await pay(answer(payer, payment, '170'));
      expect(transfer).toMatchObject({ callback: { transferState: 'RESERVED' } });
      await tell(transferId, 'COMMITTED');
      const ended = await stack.client.untilEnded(id, PATIENCE_MS);
      expect(ended).toMatchObject({ kind: 'payment', state: 'succeeded', receipt: transferId });
      expect((await credited(INTO)) - before).toBe(170);
      expect(await quote(answer(payer, payment, '170'))).toMatchObject(toldNo('5103'));
      const receipts = await operationsOf(INTO);
      expect(receipts.filter(({ kind }) => kind === 'receipt')).toEqual([]);
    });

    it('is of that amount, or of none', async () => {
      const payer = someone();
      const { id } = await askToPay(payer, '180');
      const payment = await until(id, isAsked);
      expect(await quote(answer(payer, payment, '181'))).toMatchObject(toldNo('5103'));
      expect(await stack.client.operation(id)).toMatchObject({ state: 'pending' });
    });

    it.each([
      ['the switch does not know the payer', UNKNOWN_PAYEE, 'invalid_party', '3204'],
      ['the payer says no', UNWILLING_PAYER, 'payer_cancelled', 'REJECTED'],
    ])('does not come where %s', async (_what, msisdn, reason, code) => {
      const { id } = await askToPay({ idType: 'MSISDN', idValue: msisdn.slice(1) }, '190');
      expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({
        state: 'failed',
        failure: { reason, moneyMoved: 'no', partner: { code } },
      });
    });

    it('is not given up where one bit of the payer’s word is another', async () => {
      const payer = someone();
      const answers = { method: 'PUT', path: /^\/callbacks\/[^/]+\/transactionRequests\// };
      const changed = scheme.door.changeOne(bitOfBody(answers, /"transactionRequestState":"R/));
      const { id } = await askToPay(payer, '200');
      await changed;
      const asked = await until(id, ({ partnerReference }) => partnerReference !== null);
      while ((await told(asked)).length === 0) await sleep(LOOK_MS);
      expect(await told(asked)).toEqual([{ verdict: 'forged', why: 'the signature does not fit' }]);
      const { transferId } = await pay(answer(payer, asked, '200'));
      await tell(transferId, 'COMMITTED');
      expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({ state: 'succeeded' });
    });

    it('is not asked for where one bit of the request is another when the switch gets it', async () => {
      const changed = scheme.way.changeOne(bitOfBody(postTo('transactionRequests'), amount));
      const { id } = await askToPay(someone(), '110');
      await changed;
      expect(await stack.client.untilEnded(id, PATIENCE_MS)).toMatchObject({
        state: 'failed',
        failure: { reason: 'partner_misconfigured', moneyMoved: 'no', partner: { code: '3105' } },
      });
    });
  });
});
