import { maskParty, type Party, PARTY_TYPES } from '#domain';
import { z } from 'zod';
import { storableText } from '../http/text.js';

const type = z
  .enum(PARTY_TYPES)
  .describe('How the party is named. `paybill` and `till` are business numbers of a mobile operator.');

const named = (value: z.ZodType<string>) => ({
  type,
  value: value,
  account: storableText
    .min(1)
    .max(64)
    .optional()
    .describe('The account at the payee that the money is meant for, where the partner has that.')
    .meta({ examples: ['INV-20418'] }),
  name: storableText
    .min(1)
    .max(140)
    .optional()
    .describe('Name of the holder, where the partner checks or shows it.')
    .meta({ examples: ['Awa Ndiaye'] }),
});

const value = storableText
  .min(1)
  .max(64)
  .describe(
    'An MSISDN in international form, or in the national form of the partner’s country; anything else as the partner writes it.',
  )
  .meta({ examples: ['+221771234567'] });

export const PayerDto = z
  .strictObject({ type, value })
  .describe('Who pays.')
  .meta({ id: 'Payer', examples: [{ type: 'msisdn', value: '+221771234567' }] });

export const PayeeDto = z
  .strictObject(named(value))
  .describe('Who is paid.')
  .meta({ id: 'Payee', examples: [{ type: 'msisdn', value: '+221771234567', name: 'Awa Ndiaye' }] });

export const PartyDto = z
  .strictObject(
    named(
      z
        .string()
        .describe(
          'An MSISDN in E.164; anything else as the partner writes it. Masked without the scope `parties:read`.',
        )
        .meta({ examples: ['+2217•••••567'] }),
    ),
  )
  .describe('Somebody who pays or is paid.')
  .meta({ id: 'Party', examples: [{ type: 'msisdn', value: '+221771234567' }] });

export type PartyDto = z.infer<typeof PartyDto>;

/** `inFull`: the caller may see numbers and names as they are. */
export function toPartyDto(party: Party | null, inFull: boolean): PartyDto | null {
  if (party === null) return null;
  const { type, value, account, name } = inFull ? party : maskParty(party);
  return {
    type,
    value,
    ...(account === undefined ? {} : { account }),
    ...(name === undefined ? {} : { name }),
  };
}
