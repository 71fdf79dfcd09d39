import assert from 'node:assert/strict';
import { type Scenario } from '../world.js';

const ORDERS = 20;

/** What the others are compared with: if this is not sound, nothing is. */
export const calm: Scenario = {
  id: 'F0',
  title: 'nothing goes wrong',
  async run({ recorder, settle, stack }) {
    const answers = await Promise.all(
      Array.from({ length: ORDERS }, (_, n) => (n % 2 === 0 ? recorder.pay() : recorder.transfer())),
    );
    for (const { status, body } of answers) assert.equal(status, 202, JSON.stringify(body));
    await settle();
    const ended = await Promise.all(
      answers.map(({ operation }) => stack.client.operation(operation?.id ?? '')),
    );
    for (const { id, state } of ended) assert.equal(state, 'succeeded', `operation ${id}`);
    // An enquiry that was quicker than the callback knows of no receipt yet, and what has none is not given back.
    const payments = ended.filter(({ kind, receipt }) => kind === 'payment' && receipt !== null);
    const reversals = await Promise.all(payments.slice(0, 4).map(({ id }) => recorder.reverse(id)));
    for (const { status, body } of reversals) assert.equal(status, 202, JSON.stringify(body));
    await settle();
    for (const { operation } of reversals) {
      const { state } = await stack.client.operation(operation?.id ?? '');
      assert.equal(state, 'succeeded', `reversal ${operation?.id ?? ''}`);
    }
  },
};
