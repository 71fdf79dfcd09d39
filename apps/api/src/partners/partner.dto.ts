import { type PartnerView } from '#gateway';
import { CAPABILITIES } from '#partner-kit';
import { z } from 'zod';
import { CURRENCY_CODES } from '../operations/money.dto.js';

const time = (text: string) => z.iso.datetime().describe(text);

export const PartnerIdDto = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'must be the id of a partner')
  .describe('Id of the partner.')
  .meta({ examples: ['wave-sn'] });

const AmountLimitDto = z
  .strictObject({
    currency: z.enum(CURRENCY_CODES).describe('ISO 4217 code.'),
    least: z
      .string()
      .describe('Smallest amount, included.')
      .meta({ examples: ['1'] }),
    most: z
      .string()
      .describe('Largest amount, included.')
      .meta({ examples: ['250000'] }),
    wholeUnits: z
      .boolean()
      .describe('The partner takes whole units only, although the currency has decimals.'),
  })
  .meta({ id: 'AmountLimit' });

const PaceDto = z
  .strictObject({
    perSecond: z.number().describe('Requests per second.'),
    burst: z.number().describe('Requests at once after a pause.'),
    concurrency: z.number().describe('Requests under way.'),
  })
  .meta({ id: 'Pace' });

const HealthDto = z
  .strictObject({
    state: z.enum(['ok', 'failing', 'open']).describe('`open`: no calls are made until `openUntil`.'),
    openUntil: time('When one call is let through again.').nullable(),
    failuresInARow: z.int().describe('Failures since the last success.'),
    lastSuccessAt: time('The last answer.').nullable(),
    lastFailureAt: time('The last failure.').nullable(),
  })
  .meta({ id: 'Health' });

export const PartnerDto = z
  .strictObject({
    id: PartnerIdDto,
    title: z
      .string()
      .describe('Name for a person.')
      .meta({ examples: ['Wave Senegal'] }),
    adapter: z
      .string()
      .describe('The code that speaks its protocol.')
      .meta({ examples: ['wave'] }),
    enabled: z.boolean().describe('Takes new operations.'),
    country: z
      .string()
      .length(2)
      .describe('Whose telephone numbers it takes (ISO 3166-1).')
      .meta({ examples: ['SN'] }),
    capabilities: z.array(z.enum(CAPABILITIES)).describe('What it can do.'),
    methods: z.array(z.string()).describe('How a payer can be asked; the first is the usual way.'),
    limits: z
      .strictObject({
        collections: z.array(AmountLimitDto).optional(),
        disbursements: z.array(AmountLimitDto).optional(),
      })
      .describe('Amounts of one movement.'),
    payerTypes: z.array(z.string()).describe('How a payer may be named.'),
    payeeTypes: z.array(z.string()).describe('How a payee may be named.'),
    pace: z
      .record(z.string(), PaceDto)
      .describe('How fast we call it, by capability; `default` for the others.'),
    deadlines: z
      .strictObject({
        submitForMs: z
          .number()
          .describe('How long a submission that never left us is tried, in milliseconds.'),
        unresolvedAfterMs: z.number().describe('When an unresolved operation is flagged, in milliseconds.'),
      })
      .describe('When we give up, and when we ask for a person.'),
    callbacks: z
      .strictObject({
        strength: z
          .enum(['signature', 'mutual_tls', 'private_listener', 'shared_secret', 'source_range', 'none'])
          .describe('How it proves a callback.'),
        authenticated: z
          .boolean()
          .describe('Its word alone is believed; otherwise an enquiry confirms good news.'),
      })
      .nullable()
      .describe('Null where it sends none.'),
    certificates: z
      .array(
        z.strictObject({
          name: z
            .string()
            .describe(
              '`certificate`: ours; `authority`: whom we believe who the partner is; `inboundCertificate` and `inboundAuthority`: the same where the partner calls us; `peer:` and a name: what we verify somebody’s signatures with.',
            )
            .meta({ examples: ['certificate'] }),
          expiresAt: time('When it ends.'),
        }),
      )
      .describe('What we show it and know it by.'),
    door: z
      .strictObject({
        host: z.string().describe('The address that the API listens at.'),
        port: z.int().describe('Its port.'),
        tls: z.boolean().describe('Whoever comes in has to show a certificate.'),
      })
      .nullable()
      .describe('Where it asks us; null where it asks nothing.'),
    tokens: z
      .array(
        z.strictObject({
          name: z.string().describe('What it is for.'),
          expiresAt: time('When it ends. Past: nobody has needed one since.'),
        }),
      )
      .describe('Its access tokens that we hold.'),
    health: z
      .record(z.string(), HealthDto)
      .describe('How calls have fared lately, by capability; missing where there were none.'),
    lastSuccessAt: time('The last answer to anything.').nullable(),
    lastFailureAt: time('The last failure of anything.').nullable(),
    lastHeardAt: time('When it last called us, and was believed.').nullable(),
  })
  .describe('A counterparty, and what it can do.')
  .meta({ id: 'Partner' });

export type PartnerDto = z.infer<typeof PartnerDto>;

export const PartnerListDto = z
  .strictObject({ items: z.array(PartnerDto).describe('All that are configured.') })
  .describe('The partners.')
  .meta({ id: 'PartnerList' });
export type PartnerListDto = z.infer<typeof PartnerListDto>;

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

export const toPartnerDto = (view: PartnerView): PartnerDto => ({
  id: view.id,
  title: view.title,
  adapter: view.adapter,
  enabled: view.enabled,
  country: view.country,
  capabilities: [...view.capabilities],
  methods: [...view.methods],
  limits: {
    ...(view.limits.collections ? { collections: [...view.limits.collections] } : {}),
    ...(view.limits.disbursements ? { disbursements: [...view.limits.disbursements] } : {}),
  },
  payerTypes: [...view.payerTypes],
  payeeTypes: [...view.payeeTypes],
  pace: view.pace,
  deadlines: view.deadlines,
  callbacks: view.callbacks,
  certificates: view.certificates.map(({ name, expiresAt }) => ({
    name,
    expiresAt: expiresAt.toISOString(),
  })),
  door: view.door,
  tokens: view.tokens.map(({ name, expiresAt }) => ({ name, expiresAt: expiresAt.toISOString() })),
  health: Object.fromEntries(
    Object.entries(view.health).map(([gate, health]) => [
      gate,
      {
        ...health,
        openUntil: timeOf(health.openUntil),
        lastSuccessAt: timeOf(health.lastSuccessAt),
        lastFailureAt: timeOf(health.lastFailureAt),
      },
    ]),
  ),
  lastSuccessAt: timeOf(view.lastSuccessAt),
  lastFailureAt: timeOf(view.lastFailureAt),
  lastHeardAt: timeOf(view.lastHeardAt),
});
