import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationView } from '../support/gateway-client.js';
import { type Stack, startStack } from '../support/stack.js';
import { type ProblemView } from './problem-view.js';

interface Page {
  readonly items: readonly OperationView[];
  readonly next: string | null;
}

describe('what finance has in hand', () => {
  let stack: Stack;
  let paid: OperationView & { readonly createdAt: string };

  const find = async (query: string): Promise<Page> =>
    (await stack.client.get<Page>(`/v1/operations?${query}`)).body;
  const idsOf = ({ items }: Page): readonly string[] => items.map(({ id }) => id);

  beforeAll(async () => {
    stack = await startStack({
      only: ['wave-sn'],
      simulators: { 'wave-sn': { payAfterMs: 0, callbackDelayMs: 0 } },
    });
    const payment = (n: number) => ({
      partner: 'wave-sn',
      amount: { value: String(1000 + n), currency: 'XOF' },
      payer: { type: 'msisdn', value: `+22177000010${String(n)}` },
      reference: `INV-${String(n)}`,
    });
    const made = await Promise.all([1, 2, 3, 4, 5].map((n) => stack.client.post('/v1/payments', payment(n))));
    const ended = await Promise.all(made.map(({ body }) => stack.client.untilEnded(body.id)));
    expect(ended.map(({ state }) => state)).toEqual(Array(5).fill('succeeded'));
    const third = ended[2];
    if (!third) throw new Error('there are five');
    paid = third as typeof paid;
  });
  afterAll(async () => {
    await stack.stop();
  });

  it('finds the operation, whatever it is', async () => {
    const queries = [
      `id=${paid.id}`,
      'reference=INV-3',
      `partnerReference=${paid.partnerReference ?? ''}`,
      `partnerReference=${paid.receipt ?? ''}`,
      `receipt=${paid.receipt ?? ''}`,
      'msisdn=221770000103',
      'msisdn=%2B221770000103',
      'msisdn=+221770000103',
      'amount=1003&currency=XOF',
      `receipt=${paid.receipt ?? ''}&reference=INV-3&state=succeeded&kind=payment&partner=wave-sn`,
    ];
    for (const query of queries)
      expect({ query, ids: idsOf(await find(query)) }).toEqual({ query, ids: [paid.id] });
  });

  it('finds nothing where one thing does not fit', async () => {
    const queries = [
      `id=${paid.id}&reference=INV-4`,
      `receipt=${paid.receipt ?? ''}&state=failed`,
      `receipt=${paid.partnerReference ?? ''}`,
      'reference=INV',
      'kind=transfer',
      'partner=mpesa-ke',
      'to=2020-01-01T00:00:00Z',
    ];
    for (const query of queries) expect({ query, ids: idsOf(await find(query)) }).toEqual({ query, ids: [] });
  });

  it('finds by time, from the very moment on', async () => {
    expect(idsOf(await find(`from=${paid.createdAt}&reference=INV-3`))).toEqual([paid.id]);
    expect(idsOf(await find(`to=${paid.createdAt}&reference=INV-3`))).toEqual([]);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await find(`from=2020-01-01T00:00:00Z&to=${later}`)).items).toHaveLength(5);
  });

  it('goes through pages, newest first, with nothing twice and nothing left out', async () => {
    const seen: string[] = [];
    let query = 'limit=2&state=succeeded';
    for (let page = 0; page < 3; page += 1) {
      const { items, next } = await find(query);
      seen.push(...items.map(({ id }) => id));
      if (next === null) break;
      query = `limit=2&state=succeeded&cursor=${next}`;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });

  it('refuses a cursor of another list', async () => {
    const { next } = await find('limit=2&state=succeeded');
    const { body } = await stack.client.get<ProblemView>(
      `/v1/operations?limit=2&state=failed&cursor=${next ?? ''}`,
    );
    expect(body).toMatchObject({ status: 400, errors: [{ in: 'query', pointer: '/cursor' }] });
  });

  it('tells the whole story of an operation, with the callback and nobody’s number', async () => {
    const entries = await stack.client.timeline(paid.id);
    const types = new Set(entries.map(({ type }) => type));
    expect(types).toEqual(new Set(['transition', 'attempt', 'notice', 'event']));
    const states = entries.filter(({ type }) => type === 'transition').map((entry) => entry['to']);
    expect(states[0]).toBe('received');
    expect(states.at(-1)).toBe('succeeded');
    const times = entries.map((entry) => String(entry['at']));
    expect(times).toEqual([...times].sort());
    const notice = entries.find(({ type }) => type === 'notice');
    expect(notice).toMatchObject({ callback: { verdict: 'authentic', method: 'POST' } });
    expect(JSON.stringify(notice)).toContain('checkout.session.completed');
    expect(JSON.stringify(entries)).not.toContain('221770000103');
  });
});
