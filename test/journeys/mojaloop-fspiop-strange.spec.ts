import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Stack, startStack } from '../support/stack.js';
import { ask, movements, newReference } from './story.js';

const PARTNER = 'mojaloop-fspiop-sn';

/** Offers hold for seconds here, so that a test sees them end. */
const SHORT = { answerWithinMs: 4_000, confirmWithinMs: 4_000, expiryMs: 1_000, slackMs: 0 };

describe('a switch that does strange things', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      only: [PARTNER],
      settings: { worker: { leaseMs: 3_000 } },
      partners: {
        [PARTNER]: {
          enabled: true,
          settings: SHORT,
          deadlines: { enquiryTimetableMs: [500, 1_000, 2_000] },
        },
      },
    });
  }, 60_000);
  beforeEach(() => stack.sandbox.forget(PARTNER));
  afterAll(() => stack.stop());

  const transferTo = (digits: string) =>
    ask(stack.client, '/v1/transfers', {
      partner: PARTNER,
      amount: { value: '15000', currency: 'XOF' },
      payee: { type: 'msisdn', value: `+2217700007${digits}` },
      reference: newReference(),
    });
  const ended = async (digits: string) => stack.client.untilEnded((await transferTo(digits)).id, 20_000);
  const alerts = async (id: string): Promise<unknown[]> => {
    const { rows } = await stack.database.query<{ kind: string }>(
      'SELECT DISTINCT kind FROM discrepancies WHERE operation_id = $1',
      [id],
    );
    return rows.map(({ kind }) => kind);
  };

  it('and commits late has committed', async () => {
    const operation = await ended('31');
    expect(operation.state).toBe('succeeded');
    expect(await movements(stack, operation)).toHaveLength(1);
  });

  it('and commits with another fulfilment is not believed: somebody is told', async () => {
    const { id } = await transferTo('39');
    await stack.client.untilState(id, ['unknown']);
    expect(await alerts(id)).toEqual(['unmapped_answer']);
  });

  it('and never got the transfer is believed once the transfer has expired', async () => {
    const operation = await ended('36');
    expect(operation).toMatchObject({ state: 'expired', failure: { reason: 'expired' } });
    expect(await movements(stack, operation)).toEqual([]);
  });

  it('and lets somebody else name the price gets no yes', async () => {
    const operation = await ended('16');
    expect(operation).toMatchObject({ state: 'failed', failure: { moneyMoved: 'no' } });
    // Nobody knows the key of whoever signed it: it is kept, and never read.
    const { rows } = await stack.database.query(
      "SELECT DISTINCT path FROM callbacks WHERE verdict = 'forged'",
    );
    expect(rows).toEqual([{ path: expect.stringMatching(/^quotes\//) }]);
    expect(await movements(stack, operation)).toEqual([]);
  });

  it('and offers for a moment only is not taken up', async () => {
    const operation = await ended('17');
    expect(operation).toMatchObject({
      state: 'expired',
      failure: { reason: 'quote_expired', moneyMoved: 'no' },
    });
    expect(await movements(stack, operation)).toEqual([]);
  });
});
