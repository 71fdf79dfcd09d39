import { type BalanceReading } from '#gateway';
import { z } from 'zod';
import { MoneyDto } from '../operations/money.dto.js';

export const BalanceDto = z
  .strictObject({
    partner: z.string().describe('Id of the partner.'),
    state: z
      .enum(['answered', 'pending', 'failed'])
      .describe(
        '`pending`: the partner answers by callback and has not yet; ask again. `failed`: it cannot tell.',
      ),
    askedAt: z.iso.datetime().describe('When the partner was asked.'),
    answeredAt: z.iso.datetime().nullable().describe('When it answered.'),
    accounts: z
      .array(
        z.strictObject({
          account: z
            .string()
            .describe('The partner’s name of the account.')
            .meta({ examples: ['Utility Account'] }),
          current: MoneyDto.describe('What is on it.'),
          available: MoneyDto.nullable().describe('What may be used; null where the partner does not say.'),
        }),
      )
      .nullable()
      .describe('Our accounts at the partner; null until it has answered.'),
    failure: z.string().nullable().describe('Why there is no answer.'),
  })
  .describe('Our float at a partner, up to five seconds old.')
  .meta({ id: 'Balance' });

export type BalanceDto = z.infer<typeof BalanceDto>;

export const toBalanceDto = (state: BalanceDto['state'], reading: BalanceReading): BalanceDto => ({
  partner: reading.partner,
  state,
  askedAt: reading.askedAt.toISOString(),
  answeredAt: reading.answeredAt?.toISOString() ?? null,
  accounts:
    reading.accounts?.map(({ account, current, available }) => ({
      account,
      current: current.toJSON(),
      available: available?.toJSON() ?? null,
    })) ?? null,
  failure: reading.failure,
});
