import { Money } from '#domain';
import { InboundRefused, type Partner, type PartnerRegistry } from '#partner-kit';
import { SystemClock } from '#platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../../test/support/open-database.js';
import { type OperationWatch } from '../operations/watch.js';
import { type GatedCalls } from '../partners/gated-calls.js';
import { AccountKeeper } from './account-keeper.js';
import { Announcements, type Passage } from './announcements.js';
import { Crediting } from './crediting.js';

const KEEPER = 'core-banking';
const timetable = { enquiryTimetableMs: [1_000], submitForMs: 60_000, unresolvedAfterMs: 600_000 };
const scheme = { id: 'mojaloop-sn', descriptor: timetable } as unknown as Partner;
const keeper = { descriptor: { ...timetable, objections: { 'http-429': 'busy' } } };
const payee = { type: 'msisdn', value: '+221770000042' } as const;
const amount = Money.parse('1500', 'XOF');

describe('a credit that is not there in time', () => {
  let postgres: OpenDatabase;
  let announcements: Announcements;
  let crediting: Crediting;
  let serial = 0;

  beforeAll(async () => {
    postgres = await openDatabase();
    const partners = { find: () => keeper, get: () => keeper } as unknown as PartnerRegistry;
    announcements = new Announcements(postgres.database, partners, new SystemClock());
    const accounts = new AccountKeeper({} as GatedCalls, partners);
    crediting = new Crediting(announcements, {} as OperationWatch, accounts);
  });
  afterAll(() => postgres.close());

  const sql = (text: string, values: unknown[]) => postgres.database.execute({ name: '', text }, values);
  const announced = async (): Promise<Passage & { readonly transfer: string }> => {
    const transfer = `T-${String((serial += 1))}`;
    const passage = await announcements.announce(scheme, KEEPER, {
      ...{ transfer, quotedAs: transfer, sends: amount, receives: amount, fee: null, payer: null, payee },
      ...{ description: null, toldLater: null, fitting: [] },
    });
    if (!passage) throw new Error('it was announced');
    return { ...passage, transfer };
  };
  const tried = ({ credit }: Passage, number: number, outcome: string, code: string | null) =>
    sql(
      `INSERT INTO attempts (operation_id, number, ended_at, outcome, partner_code, partner_message)
         VALUES ($1, $2, now(), $3, $4, 'No')`,
      [credit.id, number, outcome, code],
    );
  /** Asked twice, since a repeat hears the same. */
  const heard = async (transfer: string) => {
    const decide = async () => {
      const verdict = crediting.verdictOn(await crediting.decide(scheme.id, transfer, 0), transfer);
      if (!(verdict instanceof InboundRefused)) throw new Error('it is no no');
      return verdict.objection;
    };
    return [await decide(), await decide()];
  };
  const statesOf = async (transfer: string) => {
    const passage = await announcements.find(scheme.id, transfer);
    return [passage?.receipt.state, passage?.credit.state];
  };

  it.each([
    ['which nobody has tried', []],
    ['whose keeper is not reached', [null]],
    ['whose keeper was busy, and is away now', ['http-429', null]],
    ['whose keeper does not take it up now', ['http-503']],
  ])('is withdrawn, and says that its keeper is away: one %s', async (_which, codes) => {
    const passage = await announced();
    for (const [index, code] of codes.entries()) await tried(passage, index + 1, 'notSent', code);
    expect(await heard(passage.transfer)).toEqual(['unavailable', 'unavailable']);
    expect(await statesOf(passage.transfer)).toEqual(['failed', 'cancelled']);
  });

  it('is withdrawn, and says that its keeper is busy', async () => {
    const passage = await announced();
    await tried(passage, 1, 'notSent', 'http-429');
    expect(await heard(passage.transfer)).toEqual(['busy', 'busy']);
    expect(await statesOf(passage.transfer)).toEqual(['failed', 'cancelled']);
  });

  it.each(['submitting', 'pending', 'unknown'])(
    'says only that time is up where it may still come: %s',
    async (state) => {
      const passage = await announced();
      await tried(passage, 1, 'unknown', 'http-429');
      for (const next of new Set(['submitting', state]))
        await sql('UPDATE operations SET state = $2, version = version + 1 WHERE id = $1', [
          passage.credit.id,
          next,
        ]);
      expect(await heard(passage.transfer)).toEqual(['timed_out', 'timed_out']);
      expect(await statesOf(passage.transfer)).toEqual(['failed', state]);
    },
  );

  it.each([
    ['no', 'unavailable'],
    ['unknown', 'timed_out'],
  ])('says that its keeper is away only where it was refused for certain: moved %s', async (moved, says) => {
    const passage = await announced();
    const failed = { reason: 'partner_unavailable', moneyMoved: moved, partner: null };
    await sql(`UPDATE operations SET state = 'submitting', version = version + 1 WHERE id = $1`, [
      passage.credit.id,
    ]);
    await sql(`UPDATE operations SET state = 'failed', version = version + 1, failure = $2 WHERE id = $1`, [
      passage.credit.id,
      JSON.stringify(failed),
    ]);
    expect(await heard(passage.transfer)).toEqual([says, says]);
  });
});
